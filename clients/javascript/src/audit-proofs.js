// Checks the proofs that /api/v1/audit/proof/ and /api/v1/audit/consistency/ give (RFC 9162, sections
// 2.1.3 and 2.1.4). Numbers may exceed 32 bits: no bit operators.
import { fromBase64, sha256, toHex } from './bytes.js'

/** @import { Bytes } from './bytes.js' */

const SIZE = 32 // bytes of a hash
/** @param {number} number */
const half = number => Math.floor(number / 2)

/** From a proof in JSON. Throws. @param {unknown} text */
export function readHash(text) {
  const bytes = fromBase64(typeof text === 'string' ? text : '')
  if (bytes.length !== SIZE) throw new Error('no hash')
  return bytes
}

/** The same for the array that a proof calls path. @param {unknown} path */
export function readPath(path) {
  if (!Array.isArray(path)) throw new Error('no path')
  return path.map(readHash)
}

/** @param {Bytes} record */
export const leafHash = record => sha256(Uint8Array.of(0), record)
/** @param {Bytes} left @param {Bytes} right */
export const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right)
/** @param {Bytes} a @param {Bytes} b */
const same = (a, b) => toHex(a) === toHex(b)

/** Whether the path leads from the leaf with this index (the sequence - 1) to the root.
 * @param {Bytes} leaf @param {number} index @param {number} size @param {Bytes[]} path
 * @param {Bytes} root */
export async function verifyInclusion(leaf, index, size, path, root) {
  if (!(index >= 0 && index < size) || leaf.length !== SIZE) return false
  let [last, result] = [size - 1, leaf]
  for (const step of path) {
    if (last === 0) return false
    if (index % 2 || index === last) {
      result = await nodeHash(step, result)
      for (; index % 2 === 0 && index; index = half(index)) last = half(last)
    } else result = await nodeHash(result, step)
    index = half(index)
    last = half(last)
  }
  return last === 0 && same(result, root)
}

/** Whether the records of the old root are the first ones of those of the new root. False for a size
 * of 0, whatever the path: an empty tree is the beginning of every tree.
 * @param {number} oldSize @param {number} newSize @param {Bytes[]} path @param {Bytes} oldRoot
 * @param {Bytes} newRoot */
export async function verifyConsistency(oldSize, newSize, path, oldRoot, newRoot) {
  if (!(oldSize > 0 && oldSize <= newSize)) return false
  if (oldSize === newSize) return !path.length && same(oldRoot, newRoot)
  let [old, last] = [oldSize - 1, newSize - 1]
  for (; old % 2; old = half(old)) last = half(last)
  const [first, ...steps] = old === 0 ? [oldRoot, ...path] : path
  if (!first) return false
  let [older, newer] = [first, first]
  for (const step of steps) {
    if (last === 0) return false
    if (old % 2 || old === last) {
      older = await nodeHash(step, older)
      newer = await nodeHash(step, newer)
      for (; old % 2 === 0 && old; old = half(old)) last = half(last)
    } else newer = await nodeHash(newer, step)
    old = half(old)
    last = half(last)
  }
  return last === 0 && same(older, oldRoot) && same(newer, newRoot)
}

/** The complete subtrees of a tree of this size, the largest first, from the inclusion path of its
 * last leaf. Throws if the path has another length.
 * @param {number} size @param {Bytes} leaf @param {Bytes[]} path */
export async function subtreesOf(size, leaf, path) {
  const sizes = []
  for (let [rest, leaves] = [size, 1]; rest; rest = half(rest), leaves *= 2) {
    if (rest % 2) sizes.push(leaves)
  }
  const merged = Math.log2(sizes[0] ?? 1)
  if (!sizes.length || path.length !== merged + sizes.length - 1) throw new Error('another length')
  let node = leaf
  for (const sibling of path.slice(0, merged)) node = await nodeHash(sibling, node)
  const nodes = [node, ...path.slice(merged)]
  return sizes.map((leaves, index) => ({ leaves, node: nodes[index] ?? node })).reverse()
}
