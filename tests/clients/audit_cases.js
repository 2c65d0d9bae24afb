// Verifies many variants of one export with the JavaScript verifier; tests/clients/test_audit.py says
// in what form they come. Prints two verdicts on each: that of FullVerifier, and that of audit.js alone
// (of a part, which needs more than audit.js, the same again).
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

let base, prefix

async function judge(given, kind) {
  try {
    const [keys, heads] = [await readKeys(given.keys), []]
    for (const [index, note] of given.heads.entries()) {
      heads.push(await openHead(note, keys, `kept ${index + 1}`))
    }
    const verifier = new kind(keys, heads, given.after)
    if (given.at) {
      const { size, chain, organization, subtrees, histories: { of, tree } } = prefix
      Object.assign(verifier, { size, chain, organization, subtrees: [...subtrees] })
      if (verifier.histories) Object.assign(verifier.histories, { of: new Map(of), tree })
    }
    const rest = given.rest === null ? [] : base.slice(given.rest)
    const lines = [...given.lines.map(each => Buffer.from(each, 'base64')), ...rest]
    const last = lines.pop() ?? new Uint8Array()
    for (const each of lines) await verifier.take(each)
    return `intact: ${await verifier.finish(last)}`
  } catch (problem) {
    return `${problem instanceof Altered ? 'altered' : 'cannot tell'}: ${problem.message}`
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line)
  if (given.file) {
    base = linesOf(given.file)
    prefix = new FullVerifier(await readKeys(given.keys))
    continue
  }
  while (prefix.size < given.at) await prefix.take(base[prefix.size])
  console.log(await judge(given, FullVerifier))
  console.log(await judge(given, given.after ? FullVerifier : Verifier))
}
