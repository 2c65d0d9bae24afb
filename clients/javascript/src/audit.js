// Verifies an export: the chain, the tree of RFC 6962, and heads (docs/auditing.md). Needs only what
// browsers and Node have: WebCrypto and streams.
import {
  Altered, CannotTell, fromBase64, join, openHead, rootOf, sha256, toBase64, toHex
} from './audit-head.js'

/** @import { Bytes, Head, Key } from './audit-head.js' */

const MAX_LINE = 8 << 20 // bytes; a record has at most half of that
const ENCODED = /^\{"record_base64url":"([A-Za-z0-9_-]*)"\}$/
const PLACE =
  /^\/organizations\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([1-9][0-9]{0,14}) ([0-9a-f]{64})$/
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[-+.\w]+/g

/** The attributes of a JSON object (RFC 8259), none of them twice, those that are no strings as ''.
 * Throws. @param {Bytes} line @returns {Map<string, string>} */
function readObject(line) {
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

/** The record's bytes, its organization, sequence and prevhash. Throws. @param {Bytes} line */
function readRecord(line) {
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
  return { record, organization, sequence: Number(sequence), prevhash }
}

/** Takes the lines of an export one after another. */
export class Verifier {
  /** @param {Key[]} keys @param {Head[]} heads @param {number} after */
  constructor(keys, heads = [], after = 0) {
    this.keys = keys
    this.heads = heads.toSorted((a, b) => a.size - b.size)
    this.after = this.size = this.confirmed = after // confirmed: the last head that agrees
    this.chain = after ? this.heads[0]?.chain : '0'.repeat(64)
    this.organization = after ? this.heads[0]?.origin.slice(-36) : ''
    this.broken = false // the last record does not follow the one before it
    /** @type {{ leaves: number, node: Bytes }[]} */
    this.subtrees = [] // leaves and roots of complete ones
    this.knowsTree = !after
    if (after && this.heads[0]?.size !== after) {
      throw new CannotTell(`the oldest head given must be that of record ${after}`)
    }
  }

  /** A record. Throws Altered if it, or the one before it, is wrong. @param {Bytes} line */
  async take(line) {
    const number = this.size + 1
    let read
    try {
      read = readRecord(line)
    } catch {
      this.settle('')
      throw new Altered(`record ${number}: it is no record`)
    }
    const { record, organization, sequence, prevhash } = read
    this.settle(prevhash)
    if (sequence !== number) {
      throw new Altered(`record ${number}: record ${sequence} stands in its place`)
    }
    this.organization ||= organization
    this.broken = prevhash !== this.chain
    if (!this.broken && organization !== this.organization) {
      throw new Altered(`record ${number}: it is of organization ${organization}`)
    }
    if (!this.broken) await this.checkHeads()
    let [link, node] = await Promise.all([sha256(record), sha256(Uint8Array.of(0), record)])
    let [leaves, left] = [1, this.subtrees.at(-1)]
    for (; left?.leaves === leaves; leaves *= 2, left = this.subtrees.at(-1)) {
      node = await sha256(Uint8Array.of(1), left.node, node)
      this.subtrees.pop()
    }
    this.subtrees.push({ leaves, node })
    this.size = number
    this.chain = toHex(link)
  }

  /** The last line. Returns what is intact. @param {Bytes} line */
  async finish(line) {
    if (new TextDecoder().decode(line.subarray(0, 8)) !== '{"head":') {
      await this.take(line)
      this.settle('')
      throw new Altered(`record ${this.size + 1}: the export ends before it, without a head`)
    }
    let end
    try {
      end = await openHead(readObject(line).get('head') ?? '', this.keys, 'at the end')
    } catch (problem) {
      const told = problem instanceof Altered || problem instanceof CannotTell
      throw new Altered(told ? problem.message : 'head at the end: it is no JSON')
    }
    this.settle(end.size === this.size ? end.chain : '')
    if (end.size < this.size) {
      throw new Altered(`record ${end.size + 1}: it is behind the head at the end`)
    }
    this.heads = [...this.heads, end].sort((a, b) => a.size - b.size)
    await this.checkHeads()
    for (const { label, size } of this.heads) {
      throw new Altered(
        `record ${this.size + 1}: it is missing, head ${label} counts ${size} records`)
    }
    return `records ${this.after + 1} to ${this.size} of organization ${this.organization}`
  }

  /** Which of two records is wrong that do not fit together? The next one knows.
   * @param {string} nextPrevhash */
  settle(nextPrevhash) {
    const last = this.size
    if (!this.broken) return
    throw new Altered(nextPrevhash === this.chain && last > this.after + 1
      ? `record ${last - 1}: it is not the one that record ${last} follows`
      : `record ${last}: it does not follow record ${last - 1}`)
  }

  /** Those of the present size. */
  async checkHeads() {
    for (const head of this.heads.filter(it => it.size === this.size)) {
      if (!head.origin.endsWith(`/organizations/${this.organization}`)) {
        throw new Altered(`head ${head.label}: it is of ${head.origin}`)
      }
      if (head.chain !== this.chain) {
        throw new Altered(`record ${this.size}: it is not that of head ${head.label}, or another ` +
          `one behind record ${this.confirmed} was changed`)
      }
      if (this.knowsTree && toBase64(await rootOf(this.subtrees)) !== head.root) {
        throw new Altered(`head ${head.label}: its root is not that of its records`)
      }
      this.confirmed = this.size
    }
    this.heads = this.heads.filter(it => it.size > this.size)
  }
}

/** The lines of a stream, without their line feeds. @param {ReadableStream<Uint8Array>} stream */
async function * linesOf(stream) {
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

/** Verifies a stream of bytes. Returns what is intact; tells how many records it has taken.
 * @param {ReadableStream<Uint8Array>} stream @param {Key[]} keys @param {Head[]} heads
 * @param {number} after @param {(records: number) => void} onRecord */
export async function verify(stream, keys, heads = [], after = 0, onRecord = () => {}) {
  return verifyWith(new Verifier(keys, heads, after), stream, onRecord)
}

/** The same with a verifier that was made before. @param {Verifier} verifier
 * @param {ReadableStream<Uint8Array>} stream @param {(records: number) => void} onRecord */
export async function verifyWith(verifier, stream, onRecord = () => {}) {
  /** @type {Bytes | undefined} */
  let last
  for await (const line of linesOf(stream)) {
    if (last) await verifier.take(last)
    last = line
    onRecord(verifier.size - verifier.after)
  }
  return verifier.finish(last ?? new Uint8Array())
}
