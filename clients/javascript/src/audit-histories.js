// Histories: the records about one subject, and the sparse Merkle tree over all subjects of an
// organization, whose root a head may have (docs/auditing.md).
import { sha256, toBytes } from './bytes.js'

/** @import { Head } from './audit.js' */
/** @import { Bytes } from './bytes.js' */

/** The hash of a subtree without leaves, and of a history without records. */
export const NONE = new Uint8Array(32)

/** The root of histories in hex, if the head has it. @param {Head} head */
export const namedBy = head => /^histories ([0-9a-f]{64})\n/.exec(head.more)?.[1]
/** @param {Bytes} history @param {Bytes} leaf its leaf hash */
export const historyWith = (history, leaf) => sha256(history, leaf)
/** @param {Bytes} key @param {Bytes} history */
const leafOf = (key, history) => sha256(Uint8Array.of(2), key, history)
/** @param {Bytes} left @param {Bytes} right */
const nodeOf = (left, right) => sha256(Uint8Array.of(3), left, right)
/** @param {Bytes} key @param {number} bit */
const bitOf = (key, bit) => (key[bit >> 3] ?? 0) >> (7 - (bit & 7)) & 1
/** @param {Bytes} one @param {Bytes} other */
export const equal = (one, other) =>
  one.length === other.length && one.every((byte, at) => byte === other[at])
/** @param {string} subject */
export const keyOf = subject => sha256(toBytes(subject))

/** @typedef {{ key: Bytes, history: Bytes }} Leaf */

/** The root of a subtree. @param {Leaf[]} leaves @param {number} depth @returns {Promise<Bytes>} */
async function treeOf(leaves, depth = 0) {
  const [first] = leaves
  if (!first) return NONE
  if (leaves.length === 1) return leafOf(first.key, first.history)
  const zeros = leaves.filter(({ key }) => !bitOf(key, depth))
  const ones = leaves.filter(({ key }) => bitOf(key, depth))
  return nodeOf(await treeOf(zeros, depth + 1), await treeOf(ones, depth + 1))
}

/** Of all records that were taken, in their order. */
export class Histories {
  constructor() {
    /** @type {Map<string, Bytes>} */
    this.of = new Map()
  }

  /** @param {unknown} subject @param {Bytes} leaf the record's leaf hash */
  async take(subject, leaf) {
    if (typeof subject !== 'string' || !subject) return
    this.of.set(subject, await historyWith(this.of.get(subject) ?? NONE, leaf))
  }

  async root() {
    const leaves = []
    for (const [subject, history] of this.of) leaves.push({ key: await keyOf(subject), history })
    return treeOf(leaves)
  }
}

/** The root of a tree in which the subject with this hash has this history, or none: then its way
 * ends at the leaf of another subject, or at nothing. Throws if it cannot.
 * @param {Bytes} key @param {Bytes} history @param {Bytes[]} path @param {Leaf | null} other */
export async function rootOfPath(key, history, path, other) {
  if (path.length > 256) throw new Error('too long')
  let node = NONE
  if (!equal(history, NONE)) {
    node = await leafOf(key, history)
  } else if (other) {
    const same = path.every((_, bit) => bitOf(key, bit) === bitOf(other.key, bit))
    if (!same || equal(key, other.key)) throw new Error('not on the way')
    node = await leafOf(other.key, other.history)
  }
  for (const [index, sibling] of path.entries()) {
    const right = bitOf(key, path.length - 1 - index)
    node = right ? await nodeOf(sibling, node) : await nodeOf(node, sibling)
  }
  return node
}
