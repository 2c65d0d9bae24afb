// One partition read record by record: which records are facts, and where a reader must stop.
import { createHash } from 'node:crypto'
import { FIRST, judge, partitionOf, type ChainHead } from './rule.ts'

/** The log cannot be read on from here. Reading again ends at the same position. */
export class BrokenLog extends Error {
  override readonly name = 'BrokenLog'
  readonly partition: number
  readonly offset: number

  constructor(partition: number, offset: number, reason: string) {
    super(`partition ${partition}, offset ${offset}: ${reason}`)
    this.partition = partition
    this.offset = offset
  }
}

/** The last fact of an organization: the row that a consumer stores with the fact's effects. */
export interface Head extends ChainHead {
  organization: string
  partition: number
  offset: number
}

export interface Fact {
  /** As of this fact. */
  head: Head
  /** The record's exact bytes. */
  value: Buffer
  /** The CloudEvent in them. */
  event: { type: string, subject: string, time: string, data: object, [attribute: string]: unknown }
}

const sha256 = (value: Buffer) => createHash('sha256').update(value).digest('hex')

/**
 * Reads on behind the last of the stored heads. The first record to read is that fact once more, as
 * a witness: other bytes there mean another log.
 */
export class Partition {
  readonly number: number
  /** Of the next record to read. */
  offset: number
  readonly #partitions: number
  readonly #heads = new Map<string, ChainHead>()
  #witness: Head | undefined

  constructor(number: number, partitions: number, heads: Iterable<Head> = []) {
    this.number = number
    this.#partitions = partitions
    for (const head of heads) {
      if (partitionOf(head.organization, partitions) !== head.partition) {
        throw new BrokenLog(head.partition, head.offset,
          `the topic has ${partitions} partitions now: heads of another number do not fit`)
      }
      if (head.partition !== number) continue
      this.#heads.set(head.organization, head)
      if (!this.#witness || head.offset > this.#witness.offset) this.#witness = head
    }
    this.offset = this.#witness?.offset ?? 0
  }

  broken(reason: string): BrokenLog {
    return new BrokenLog(this.number, this.offset, reason)
  }

  /** The log has the records from `begin` to before `end`. */
  checkRange(begin: number, end: number): void {
    const last = this.#witness ? this.offset + 1 : this.offset
    if (begin > this.offset) throw this.broken(`the log begins at ${begin}: records were deleted`)
    if (end < last) throw this.broken(`the log ends at ${end}: it was cut off, or is another one`)
  }

  /** The next record, or the end of the log, is at `offset`. */
  checkReached(offset: number): void {
    if (offset !== this.offset) throw this.broken(`the log goes on at ${offset}: a gap`)
  }

  /** The fact that this record is, or undefined. Every record of the partition must be read. */
  read(offset: number, value: Buffer | null): Fact | undefined {
    this.checkReached(offset)
    if (this.#witness) {
      if (sha256(value ?? Buffer.of()) !== this.#witness.hash) {
        throw this.broken('another record than before: this is another log')
      }
      this.#witness = undefined
      this.offset++
      return undefined
    }
    const organization = judge(value, this.#heads, this.number, this.#partitions)
    this.offset++
    if (!value || !organization) return undefined
    const sequence = (this.#heads.get(organization) ?? FIRST).sequence + 1
    const head = { organization, sequence, hash: sha256(value), partition: this.number, offset }
    this.#heads.set(organization, head)
    return { head, value, event: JSON.parse(value.toString()) as Fact['event'] }
  }
}
