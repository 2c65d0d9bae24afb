// Verifies an export: its chain, tree and signed heads (docs/auditing.md).
import { fromBase64, fromBase64Url, linesOf, sha256, toBase64, toBytes, toHex, toText } from './bytes.js'

export const [MAX_LINE, MAX_NOTE] = [8 << 20, 64 << 10] // bytes; a record has at most half a line
const [NAME, WORDS, B64] = ['([^\\x00- +\\x7f]+)', '[^\\x00-\\x1f]+', '[A-Za-z0-9+/]']
const [ONE, TWO] = [`${B64}[AQgw]==`, `${B64}{2}[AEIMQUYcgkosw048]=`] // the last bytes in base64
const KEY = RegExp(`^${NAME}\\+([0-9a-f]{8})\\+(${B64}{44})$`)
const SIGNATURE = `— ${NAME} ((?:${B64}{4})+(?:${B64}{4}|${B64}{4}${ONE}|${TWO}))\n`
const NOTE = RegExp(`^((${WORDS})\n(0|[1-9][0-9]{0,14})\n(${B64}{40}${TWO})\n` +
  `chain ([0-9a-f]{64})\n((?:${WORDS}\n)*))\n((?:${SIGNATURE}){1,64})$`)
const ENCODED = /^\{"record_base64url":"([A-Za-z0-9_-]*)"\}$/
const PLACE = RegExp('^\\["/organizations/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",' +
  '"([1-9][0-9]{0,14})","([0-9a-f]{64})"\\]$')
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]|[-0-9][-+.\w]*/g

/** @import { Bytes } from './bytes.js' */
/** @typedef {{ name: string, id: string, key: CryptoKey }} Key */
/** @typedef {Record<'label' | 'origin' | 'root' | 'chain' | 'more', string> & { size: number }} Head */
export class Altered extends Error {} // what is wrong with the export
export class CannotTell extends Error {} // why nothing can be said about it

/** @param {string[]} texts @returns {Promise<Key[]>} */
export const readKeys = texts => Promise.all(texts.map(async text => {
  const [, name = '', id, encoded = ''] = KEY.exec(text) ?? []
  const data = fromBase64(encoded)
  if (data[0] !== 1 || toHex(await sha256(toBytes(`${name}\n`), data)).slice(0, 8) !== id) {
    throw new CannotTell(`${text} is no verifier key`)
  }
  const key = await crypto.subtle.importKey('raw', data.slice(1), 'Ed25519', false, ['verify'])
  return { name, id, key }
}))

/** Throws Altered for a wrong signature, CannotTell if there is none by one of the keys.
 * @param {string} note @param {Key[]} keys @param {string} label @returns {Promise<Head>} */
export async function openHead(note, keys, label) {
  const [, text, origin = '', size, root = '', chain = '', more = '', lines = ''] =
    NOTE.exec(toBytes(note).length > MAX_NOTE ? '' : note) ?? []
  if (!text) throw new CannotTell(`head ${label}: it is no signed note of a head`)
  let known = false
  for (const [, name, encoded = ''] of lines.matchAll(RegExp(SIGNATURE, 'g'))) {
    const data = fromBase64(encoded)
    const key = keys.find(it => it.name === name && it.id === toHex(data.slice(0, 4)))?.key
    if (key && !await crypto.subtle.verify('Ed25519', key, data.slice(4), toBytes(text))) {
      throw new Altered(`head ${label}: its signature is wrong`)
    }
    known ||= Boolean(key)
  }
  if (!known) throw new CannotTell(`head ${label}: it is not signed by any of the keys`)
  return { label, origin, size: Number(size), root, chain, more }
}

/** A JSON object (RFC 8259) without duplicate attributes. Throws. @param {Bytes} line */
export async function readObject(line) {
  if (line.length > MAX_LINE) throw new Error('too long')
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
  const object = JSON.parse(text) // what follows need not look for errors of syntax
  let [depth, attributes] = [0, 0]
  for (const [token] of text.matchAll(TOKEN)) {
    depth += Number('{['.includes(token)) - Number('}]'.includes(token))
    if (token === ':' && depth === 1) attributes++
    if (token.startsWith('"') && /\p{Surrogate}/u.test(JSON.parse(token))) throw new Error(token)
    if (/^[-0-9]/.test(token) && !Number.isFinite(Number(token))) throw new Error(token)
  }
  if (Object.keys(object).length !== attributes) throw new Error('duplicate attributes')
  return object
}

/** The record's bytes, its organization, sequence, prevhash and subject. Throws. @param {Bytes} line */
export async function readRecord(line) {
  let record = line
  if (toText(line.subarray(0, 20)) === '{"record_base64url":') {
    record = fromBase64Url(ENCODED.exec(toText(line))?.[1] ?? '?')
  }
  const { source, sequence, prevhash, subject } = await readObject(record)
  const [, organization] = PLACE.exec(JSON.stringify([source, sequence, prevhash])) ?? []
  if (!organization) throw new Error('no place in a chain')
  return { record, organization, sequence: Number(sequence), prevhash, subject }
}

/** The root of a tree, by its complete subtrees. @param {{ node: Bytes }[]} subtrees */
export async function rootOf(subtrees) {
  const [last, ...others] = subtrees.map(({ node }) => node).reverse()
  return others.reduce(async (root, left) => sha256(Uint8Array.of(1), left, await root),
    Promise.resolve(last ?? sha256()))
}

/** Takes the lines of an export one after another. */
export class Verifier {
  /** @param {Key[]} keys @param {Head[]} heads */
  constructor(keys, heads = []) {
    this.keys = keys
    this.heads = heads.toSorted((a, b) => a.size - b.size)
    this.after = this.size = this.confirmed = 0 // confirmed: the size of the last head that agrees
    this.chain = '0'.repeat(64)
    this.organization = ''
    this.broken = false // the last record does not follow the one before it
    this.subtrees = /** @type {{ leaves: number, node: Bytes }[]} */ ([]) // the complete ones
    this.knowsTree = true
  }

  /** A record. Throws Altered if it, or the one before it, is wrong. @param {Bytes} line */
  async take(line) {
    const number = this.size + 1
    const { record, organization, sequence, prevhash, subject } = await readRecord(line).catch(() => {
      this.settle()
      throw new Altered(`record ${number}: it is no record`)
    })
    this.settle(prevhash)
    if (sequence !== number) {
      throw new Altered(`record ${number}: record ${sequence} stands in its place`)
    }
    this.organization ||= organization
    this.broken = prevhash !== this.chain
    if (!this.broken && organization !== this.organization) {
      throw new Altered(`record ${number}: it is of organization ${organization}`)
    }
    if (!this.broken) await this.compareDueHeads()
    const [link, leaf] = await Promise.all([sha256(record), sha256(Uint8Array.of(0), record)])
    this.size = number
    this.chain = toHex(link)
    await this.grow(leaf, subject)
  }

  /** @param {Bytes} node a leaf hash @param {unknown} _subject what FullVerifier needs */
  async grow(node, _subject) {
    let [leaves, left] = [1, this.subtrees.at(-1)]
    for (; left?.leaves === leaves; leaves *= 2, left = this.subtrees.at(-1)) {
      node = await sha256(Uint8Array.of(1), left.node, node)
      this.subtrees.pop()
    }
    this.subtrees.push({ leaves, node })
  }

  /** The last line. Returns what is intact. @param {Bytes} line */
  async finish(line) {
    if (toText(line.subarray(0, 8)) !== '{"head":') {
      await this.take(line)
      this.settle()
      throw new Altered(`record ${this.size + 1}: the export ends before it, without a head`)
    }
    const { head: note } = await readObject(line).catch(() => {
      throw new Altered('head at the end: it is no JSON')
    })
    const head = await openHead(typeof note === 'string' ? note : '', this.keys, 'at the end')
      .catch(problem => { throw new Altered(problem.message) })
    this.settle(head.size === this.size ? head.chain : '')
    if (head.size < this.size) {
      throw new Altered(`record ${head.size + 1}: it is behind the head at the end`)
    }
    this.heads = [...this.heads, head].sort((a, b) => a.size - b.size)
    await this.compareDueHeads()
    const [late] = this.heads
    if (!late) return `records ${this.after + 1} to ${this.size} of organization ${this.organization}`
    throw new Altered(
      `record ${this.size + 1}: it is missing, head ${late.label} counts ${late.size} records`)
  }

  /** Which of two records is wrong that do not fit together? The next one knows. */
  settle(nextPrevhash = '') {
    const last = this.size
    if (!this.broken) return
    throw new Altered(nextPrevhash === this.chain && last > this.after + 1
      ? `record ${last - 1}: it is not the one that record ${last} follows`
      : `record ${last}: it does not follow record ${last - 1}`)
  }

  async compareDueHeads() {
    for (let [head] = this.heads; head?.size === this.size; this.heads.shift(), [head] = this.heads) {
      await this.compare(head)
      this.confirmed = this.size
    }
  }

  /** @param {Head} head */
  async compare(head) {
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
  }
}

/** Returns what is intact; tells how many records were taken. @param {Verifier} verifier
 * @param {ReadableStream<Uint8Array>} stream @param {(records: number) => void} onRecord */
export async function verify(stream, verifier, onRecord = () => {}) {
  let last
  for await (const line of linesOf(stream, MAX_LINE)) {
    if (last) await verifier.take(last)
    last = line
    onRecord(verifier.size - verifier.after)
  }
  return verifier.finish(last ?? new Uint8Array())
}
