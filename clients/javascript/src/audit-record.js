// The lines of exports and proofs, and the records in them (docs/auditing.md).
import { fromBase64, join } from './audit-head.js'

/** @import { Bytes } from './audit-head.js' */

export const MAX_LINE = 8 << 20 // bytes; a record has at most half of that
const ENCODED = /^\{"record_base64url":"([A-Za-z0-9_-]*)"\}$/
const PLACE =
  /^\/organizations\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([1-9][0-9]{0,14}) ([0-9a-f]{64})$/
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[-+.\w]+/g

/** The attributes of a JSON object (RFC 8259), none of them twice, those that are no strings as ''.
 * Throws. @param {Bytes} line @returns {Map<string, string>} */
export function readObject(line) {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
  JSON.parse(text) // what follows need not look for errors of syntax
  const attributes = new Map()
  let [depth, before, name] = [0, '', '']
  for (const [token] of text.matchAll(TOKEN)) {
    if (depth === 0 && token !== '{') throw new Error('no object')
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (token.startsWith('"')) {
      const string = String(JSON.parse(token))
      if (/\p{Surrogate}/u.test(string)) throw new Error('a lone surrogate')
      if (depth === 1 && before === ':') attributes.set(name, string)
      else if (depth === 1) {
        if (attributes.has(string)) throw new Error('a duplicate')
        attributes.set(name = string, '')
      }
    } else if (/^[-0-9]/.test(token) && !Number.isFinite(Number(token))) throw new Error('infinite')
    before = token
  }
  return attributes
}

/** The record's bytes, its organization, sequence, prevhash and subject. Throws. @param {Bytes} line */
export function readRecord(line) {
  let record = line
  if (line.length > MAX_LINE) throw new Error('too long')
  const start = new TextDecoder().decode(line.subarray(0, 20))
  if (start === '{"record_base64url":') {
    const encoded = ENCODED.exec(new TextDecoder().decode(line))?.[1] ?? '-'
    const padding = '='.repeat(-encoded.length & 3)
    record = fromBase64(encoded.replaceAll('-', '+').replaceAll('_', '/') + padding)
  }
  const event = readObject(record)
  const place = ['source', 'sequence', 'prevhash'].map(it => event.get(it)).join(' ')
  const [, organization = '', sequence, prevhash = ''] = PLACE.exec(place) ?? []
  if (!organization) throw new Error('no place in a chain')
  const subject = event.get('subject') ?? ''
  return { record, organization, sequence: Number(sequence), prevhash, subject }
}

/** The lines of a stream, without their line feeds. @param {ReadableStream<Uint8Array>} stream */
export async function * linesOf(stream) {
  let rest = new Uint8Array()
  for (const reader = stream.getReader(); rest.length <= MAX_LINE;) {
    const { done, value } = await reader.read()
    if (done) break
    const bytes = join(rest, value)
    let begin = 0
    for (let end; (end = bytes.indexOf(10, begin)) >= 0; begin = end + 1) {
      yield bytes.subarray(begin, end)
    }
    rest = bytes.subarray(begin)
  }
  if (rest.length) yield rest
}
