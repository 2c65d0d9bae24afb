// Verifies what /api/v1/appointments/{id}/proof/ answers: all records about one appointment up to a
// signed head (docs/auditing.md).
import { Altered, CannotTell, MAX_LINE, openHead, readObject, readRecord } from './audit.js'
import { NONE, historyWith, keyOf, namedBy, rootOfPath } from './audit-histories.js'
import { readHash, readPath, verifyConsistency } from './audit-proofs.js'
import { fromBase64, linesOf, sha256, toHex, toText } from './bytes.js'

/** @import { Head, Key } from './audit.js' */
/** @import { Bytes } from './bytes.js' */

const ORGANIZATION = /\/organizations\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** What the last line says, which has exactly this form. Throws. @param {Bytes} line */
async function readLast(line) {
  const { head, path, other, consistency } = await readObject(line)
  const form = {
    head,
    path,
    other: other && { subject: other.subject, history: other.history },
    consistency: consistency && { from: consistency.from, path: consistency.path }
  }
  if (typeof head !== 'string' || JSON.stringify(form) !== toText(line)) throw new Error('another form')
  const from = consistency === null ? 0 : consistency.from
  if (consistency !== null && !(Number.isInteger(from) && from > 0 && from < 1e15)) {
    throw new Error('no size')
  }
  return {
    note: head,
    path: readPath(path),
    other: other === null
      ? null
      : { key: readHash(other.subject), history: readHash(other.history) },
    from: Number(from),
    consistency: consistency === null ? [] : readPath(consistency.path)
  }
}

/** Whether the kept head is the beginning of the one at the end. Throws.
 * @param {Head} kept @param {Head} end @param {Awaited<ReturnType<typeof readLast>>} last */
async function compare(kept, end, last) {
  const label = `head ${kept.label}`
  if (kept.origin.slice(-36) !== end.origin.slice(-36)) {
    throw new Altered(`${label}: it is of ${kept.origin}`)
  }
  if (kept.size > end.size) {
    throw new Altered(
      `${label} counts ${kept.size} records, and the one at the end only ${end.size}`)
  }
  if (kept.size === end.size) {
    const same = kept.root === end.root && kept.chain === end.chain
    if (!same || (namedBy(kept) && namedBy(kept) !== namedBy(end))) {
      throw new Altered(`${label}: it is not the one at the end`)
    }
  } else if (kept.size && last.from !== kept.size) {
    throw new CannotTell(`${label}: the proof does not say whether it is the beginning of the one ` +
      `at the end, one that was asked for with ?from=${kept.size} does`)
  } else if (kept.size && !await verifyConsistency(kept.size, end.size, last.consistency,
    fromBase64(kept.root), fromBase64(end.root))) {
    throw new Altered(`${label}: it is not the beginning of the one at the end`)
  }
}

/** Returns what is intact. @param {Bytes[]} lines @param {string} appointment @param {Key[]} keys
 * @param {Head[]} heads */
export async function verifyLines(lines, appointment, keys, heads = []) {
  const subject = `appointments/${appointment}`
  let [history, organization, before] = [NONE, '', 0]
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const read = await readRecord(line).catch(() => {
      throw new Altered(`line ${index + 1}: it is no record`)
    })
    organization ||= read.organization
    if (read.subject !== subject || read.organization !== organization) {
      throw new Altered(`line ${index + 1}: it is not about appointment ${appointment}`)
    }
    if (read.sequence <= before) {
      throw new Altered(`line ${index + 1}: record ${read.sequence} is not in its place`)
    }
    before = read.sequence
    history = await historyWith(history, await sha256(Uint8Array.of(0), read.record))
  }
  const line = lines.at(-1) ?? new Uint8Array()
  if (toText(line.subarray(0, 8)) !== '{"head":') {
    throw new Altered('the proof ends without a head')
  }
  const last = await readLast(line).catch(() => {
    throw new Altered('the last line is none of a proof')
  })
  const end = await openHead(last.note, keys, 'at the end')
    .catch(problem => { throw new Altered(problem.message) })
  const named = ORGANIZATION.exec(end.origin)?.[1]
  if (!named || (organization && organization !== named)) {
    throw new Altered(`head at the end: it is of ${end.origin}`)
  }
  if (!namedBy(end)) throw new CannotTell('head at the end: it says nothing of histories')
  if (before > end.size) throw new Altered(`record ${before}: it is behind the head at the end`)
  const root = await rootOfPath(await keyOf(subject), history, last.path, last.other)
    .catch(() => new Uint8Array())
  if (toHex(root) !== namedBy(end)) {
    throw new Altered(`the head at the end has another history of appointment ${appointment}`)
  }
  for (const kept of heads) await compare(kept, end, last)
  const which = `up to record ${end.size} of organization ${named}`
  if (!before) return `appointment ${appointment} has no record ${which}`
  return `appointment ${appointment} has ${lines.length - 1} records, of which record ${before} is ` +
    `the last, ${which}`
}

/** Verifies a stream of bytes. @param {ReadableStream<Uint8Array>} stream
 * @param {string} appointment @param {Key[]} keys @param {Head[]} heads */
export async function verifyAppointment(stream, appointment, keys, heads = []) {
  const lines = []
  for await (const line of linesOf(stream, MAX_LINE)) lines.push(line)
  return verifyLines(lines, appointment, keys, heads)
}
