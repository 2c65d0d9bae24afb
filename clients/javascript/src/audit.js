// Verifies an export: the chain, the tree of RFC 6962, and heads (docs/auditing.md). Needs only what
// browsers and Node have: WebCrypto and streams.
import {
  Altered, CannotTell, openHead, rootOf, sha256, toBase64, toHex
} from './audit-head.js'
import { Histories } from './audit-histories.js'
import { linesOf, readObject, readRecord } from './audit-record.js'

/** @import { Bytes, Head, Key } from './audit-head.js' */

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
    this.histories = new Histories()
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
    const { record, organization, sequence, prevhash, subject } = read
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
    await this.histories.take(subject, node)
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
      if (!this.after && head.histories && head.histories !== toHex(await this.histories.root())) {
        throw new Altered(`head ${head.label}: its histories are not those of its records`)
      }
      this.confirmed = this.size
    }
    this.heads = this.heads.filter(it => it.size > this.size)
  }
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
