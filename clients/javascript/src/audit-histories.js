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

/** Without leaves, undefined. Its hash is computed once.
 * @typedef {{ leaf: Leaf, hash?: Promise<Bytes> } | { halves: [Tree, Tree], hash?: Promise<Bytes> }
 *   | undefined} Tree */

/** The tree with this leaf, in place of one with the same key. Subtrees that do not have it are shared.
 * @param {Tree} tree @param {Leaf} leaf @param {number} depth @returns {Tree} */
function withLeaf(tree, leaf, depth = 0) {
  if (!tree || ('leaf' in tree && equal(tree.leaf.key, leaf.key))) return { leaf }
  if ('leaf' in tree) {
    const other = withLeaf({ halves: [undefined, undefined] }, tree.leaf, depth)
    return withLeaf(other, leaf, depth)
  }
  const [left, right] = tree.halves
  return bitOf(leaf.key, depth)
    ? { halves: [left, withLeaf(right, leaf, depth + 1)] }
    : { halves: [withLeaf(left, leaf, depth + 1), right] }
}

/** @param {Tree} tree @returns {Promise<Bytes>} */
async function hashOf(tree) {
  if (!tree) return NONE
  tree.hash ??= 'leaf' in tree
    ? leafOf(tree.leaf.key, tree.leaf.history)
    : Promise.all(tree.halves.map(hashOf)).then(([left = NONE, right = NONE]) => nodeOf(left, right))
  return tree.hash
}

/** Of all records that were taken, in their order. */
export class Histories {
  constructor() {
    /** @type {Map<string, Leaf>} */
    this.of = new Map()
    /** @type {Tree} */
    this.tree = undefined
  }

  /** @param {unknown} subject @param {Bytes} leaf the record's leaf hash */
  async take(subject, leaf) {
    if (typeof subject !== 'string' || !subject) return
    const { key, history } = this.of.get(subject) ?? { key: await keyOf(subject), history: NONE }
    const changed = { key, history: await historyWith(history, leaf) }
    this.of.set(subject, changed)
    this.tree = withLeaf(this.tree, changed)
  }

  root() {
    return hashOf(this.tree)
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
