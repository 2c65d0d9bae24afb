// Verifies all that a head says of an export, also behind an earlier head (docs/auditing.md).
import { Altered, CannotTell, Verifier, readObject, rootOf } from './audit.js'
import { Histories, namedBy } from './audit-histories.js'
import { readHash, readPath, subtreesOf } from './audit-proofs.js'
import { toBase64, toHex } from './bytes.js'

/** @import { Head, Key } from './audit.js' */
/** @import { Bytes } from './bytes.js' */

/** With the root of histories in heads that name it. An export that begins behind a record is compared
 * with the oldest head given, which must count as many. */
export class FullVerifier extends Verifier {
  /** @param {Key[]} keys @param {Head[]} heads @param {number} after */
  constructor(keys, heads = [], after = 0) {
    super(keys, heads)
    this.histories = new Histories()
    const [head] = this.heads
    if (!after) return
    if (head?.size !== after) {
      throw new CannotTell(`the oldest head given must be that of record ${after}`)
    }
    this.after = this.size = this.confirmed = after
    this.chain = head.chain
    this.organization = head.origin.slice(-36)
    this.knowsTree = false
  }

  /** The tree of the head of `after`, by the proof that its last record is in it. Throws CannotTell.
   * @param {Bytes} proof @param {string} label */
  async goOnFrom(proof, label) {
    const [head] = this.heads
    try {
      const { leaf, path } = await readObject(proof)
      this.subtrees = await subtreesOf(this.after, readHash(leaf), readPath(path))
      this.knowsTree = toBase64(await rootOf(this.subtrees)) === head?.root
    } catch {} // it is no proof
    if (!this.knowsTree) {
      throw new CannotTell(`proof ${label}: it does not lead to the root of head ${head?.label}`)
    }
  }

  /** @override @param {Bytes} node @param {unknown} subject */
  async grow(node, subject) {
    await super.grow(node, subject)
    await this.histories.take(subject, node)
  }

  /** @override @param {Head} head */
  async compare(head) {
    await super.compare(head)
    const root = this.after ? undefined : namedBy(head)
    if (root && root !== toHex(await this.histories.root())) {
      throw new Altered(`head ${head.label}: its histories are not those of its records`)
    }
  }
}
