// node audit-command.js EXPORT --key KEY [--head FILE …] [--after N [--proof FILE]], or, for the proof
// of one appointment, [--appointment ID]. Exit codes: 0 intact, 1 altered, 2 wrong usage, 3 cannot
// tell.
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { Altered, MAX_NOTE, openHead, readKeys, verify } from './audit.js'
import { verifyAppointment } from './audit-appointment.js'
import { FullVerifier } from './audit-full.js'

const USAGE = 'audit-command.js EXPORT --key KEY [--head FILE …] [--after N [--proof FILE]] ' +
  '[--appointment ID]'

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        key: { type: 'string', multiple: true, default: [] },
        head: { type: 'string', multiple: true, default: [] },
        after: { type: 'string', default: '0' },
        proof: { type: 'string', default: '' },
        appointment: { type: 'string' }
      }
    })
    const [file, ...more] = positionals
    const after = /^[0-9]{1,15}$/.test(values.after) ? Number(values.after) : NaN
    if (file && !more.length && values.key.length && after >= (values.proof ? 1 : 0)) {
      return { ...values, file, after }
    }
  } catch {} // an unknown option
  console.error(`Usage: ${USAGE}`)
  process.exit(2)
}

/** A head or a proof. What is behind its limit makes it none. @param {string} name */
const read = async name => new Uint8Array(await readFile(name)).slice(0, MAX_NOTE + 1)

/** @param {Uint8Array} note */
function textOf(note) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(note)
  } catch {
    return '' // no note
  }
}

process.stdout.on('error', problem => { // nobody has seen the verdict
  console.error(problem.message)
  process.exit(process.exitCode || 3)
})
const { file, key, head, after, proof, appointment } = readArguments()
try {
  const keys = await readKeys(key)
  const heads = []
  for (const name of head) heads.push(await openHead(textOf(await read(name)), keys, name))
  const verifier = new FullVerifier(keys, heads, after)
  if (proof) await verifier.goOnFrom(await read(proof), proof)
  const stream = /** @type {ReadableStream<Uint8Array>} */ (Readable.toWeb(createReadStream(file)))
  console.log('intact:', appointment
    ? await verifyAppointment(stream, appointment, keys, heads)
    : await verify(stream, verifier))
} catch (problem) {
  const message = problem instanceof Error ? problem.message : String(problem)
  process.exitCode = problem instanceof Altered ? 1 : 3
  console.log(problem instanceof Altered ? 'altered:' : 'cannot tell:', message)
}
