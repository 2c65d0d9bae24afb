// Verifies many variants of one export with the JavaScript verifier; tests/clients/test_audit.py says
// in what form they come. Prints the verdict on each; `alone`, by what audit.js checks without others.
import { createInterface } from 'node:readline'
import { readFileSync } from 'node:fs'
import { Altered, Verifier, openHead, readKeys } from '../../clients/javascript/src/audit.js'
import { FullVerifier } from '../../clients/javascript/src/audit-full.js'

function linesOf(file) {
  const bytes = readFileSync(file)
  const lines = []
  for (let begin = 0, end; (end = bytes.indexOf(10, begin)) >= 0; begin = end + 1) {
    lines.push(bytes.subarray(begin, end))
  }
  return lines
}

const alone = process.argv[2] === 'alone'
let base, prefix
for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line)
  if (given.file) {
    base = linesOf(given.file)
    prefix = new FullVerifier(await readKeys(given.keys))
    continue
  }
  try {
    while (prefix.size < given.at) await prefix.take(base[prefix.size])
    const [keys, heads] = [await readKeys(given.keys), []]
    for (const [index, note] of given.heads.entries()) {
      heads.push(await openHead(note, keys, `kept ${index + 1}`))
    }
    const verifier = new (alone ? Verifier : FullVerifier)(keys, heads, given.after)
    const { size, chain, organization, subtrees } = prefix
    if (given.at) {
      Object.assign(verifier, { size, chain, organization, subtrees: [...subtrees] })
      const { of, tree } = prefix.histories
      if (!alone) Object.assign(verifier.histories, { of: new Map(of), tree })
    }
    const rest = given.rest === null ? [] : base.slice(given.rest)
    const lines = [...given.lines.map(each => Buffer.from(each, 'base64')), ...rest]
    const last = lines.pop() ?? new Uint8Array()
    for (const each of lines) await verifier.take(each)
    console.log('intact:', await verifier.finish(last))
  } catch (problem) {
    console.log(problem instanceof Altered ? 'altered:' : 'cannot tell:', problem.message)
  }
}
