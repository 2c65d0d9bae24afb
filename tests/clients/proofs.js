// Says of each proof of a corpus, a line of JSON each in the file that is named, whether the JavaScript
// verifier accepts it: tests/clients/test_audit_proofs.py.
import { readFileSync } from 'node:fs'
import { verifyConsistency, verifyInclusion } from '../../clients/javascript/src/audit-proofs.js'

const bytes = text => Uint8Array.from(Buffer.from(text, 'hex'))
for (const line of readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const { proof, index, size, from, to, ...given } = JSON.parse(line)
  const path = given.path.map(bytes)
  const valid = proof === 'inclusion'
    ? await verifyInclusion(bytes(given.leaf), index, size, path, bytes(given.root))
    : await verifyConsistency(from, to, path, bytes(given.from_root), bytes(given.to_root))
  console.log(valid)
}
