// The facts of a whole topic, in order and each once (docs/consuming.md).
import { setTimeout } from 'node:timers/promises'
import {
  Consumer, FetchIsolationLevels, findErrorBy, IS_CONTROL, ListOffsetTimestamps, UserError,
  type BaseOptions
} from '@platformatic/kafka'
import { Partition, type Fact, type Head } from './partition.ts'

export { BrokenLog, type Fact, type Head } from './partition.ts'

/** How to reach the cluster: @platformatic/kafka's options. */
export type Config = Partial<BaseOptions> & Pick<BaseOptions, 'bootstrapBrokers'>

const NAME = 'consularia-topic'
const OFFSET_OUT_OF_RANGE = 1 // of the protocol's error codes
const LONGEST_WAIT_MS = 500
const RETRIED_AFTER_MS = 1000

/**
 * Yields each fact behind `heads` once, in log order within a partition and so within an
 * organization. Waits for more, or ends with the records that are there (`untilEnd`).
 *
 * Commit `fact.head` in one transaction with what the fact leads to, in place of its organization's
 * head before. After a restart, or an error of yours, begin again with the heads that are stored.
 * Throws BrokenLog where the log cannot be read on, and the client's errors when the cluster cannot
 * be reached at the start, or refuses.
 */
export async function* facts(
  config: Config, topic: string, heads: Iterable<Head> = [], { untilEnd = false } = {}
): AsyncGenerator<Fact, void, void> {
  const reader = new Reader(config, topic)
  try {
    await reader.open([...heads])
    while (!untilEnd || reader.unread.size > 0) yield* reader.read()
  } finally {
    await reader.consumer.close(true)
  }
}

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>
type Answer = { leader: number, response?: FetchResponse, error?: Error }

class Reader {
  unread = new Set<Partition>() // whose end was not reached yet
  readonly consumer: Consumer
  readonly #topic: string
  #topicId = '' // fetches name it: a topic that was created again has another
  #leaders: number[] = []
  #partitions: Partition[] = []
  readonly #fetching = new Map<number, Promise<Answer>>() // at most one for each leader

  constructor(config: Config, topic: string) {
    this.#topic = topic
    this.consumer = new Consumer({ clientId: NAME, groupId: NAME, retries: 0, ...config })
  }

  async open(heads: Head[]): Promise<void> {
    this.#topicId = await this.#findLeaders()
    const begins = await this.#listOffsets(ListOffsetTimestamps.EARLIEST)
    const ends = await this.#listOffsets(ListOffsetTimestamps.LATEST)
    this.#partitions = this.#leaders.map((_, number) => new Partition(number, ends.length, heads))
    this.#partitions.forEach((partition, number) =>
      partition.checkRange(Number(begins[number]), Number(ends[number])))
    this.unread = new Set(this.#partitions)
  }

  /** The facts of the next answer of any leader. */
  async *read(): AsyncGenerator<Fact, void, void> {
    for (const leader of new Set(this.#leaders)) {
      if (!this.#fetching.has(leader)) this.#fetching.set(leader, this.#fetch(leader))
    }
    const { leader, response, error } = await Promise.race(this.#fetching.values())
    this.#fetching.delete(leader)
    for (const answer of response?.responses[0]?.partitions ?? []) {
      const partition = this.#partitions[answer.partitionIndex]!
      if (answer.errorCode === OFFSET_OUT_OF_RANGE) throw partition.broken('the position is gone')
      if (answer.errorCode) continue
      for (const batch of answer.records ?? []) {
        const first = Number(batch.firstOffset)
        // A control batch has no records, but the marker of a transaction.
        for (const { offsetDelta, value } of batch.attributes & IS_CONTROL ? [] : batch.records) {
          if (first + offsetDelta < partition.offset) continue // a batch comes whole
          const fact = partition.read(first + offsetDelta, value)
          if (fact) yield fact
        }
        partition.checkReached(Math.max(partition.offset, first + batch.lastOffsetDelta + 1))
      }
      if (partition.offset >= answer.highWatermark) this.unread.delete(partition)
    }
    if (error) await this.#recover(error)
  }

  #fetch(leader: number): Promise<Answer> {
    const partitions = this.#partitions.filter(({ number }) => this.#leaders[number] === leader)
    return this.consumer.fetch({
      node: leader,
      isolationLevel: FetchIsolationLevels.READ_UNCOMMITTED, // no transaction hides records
      maxWaitTime: LONGEST_WAIT_MS,
      topics: [{
        topicId: this.#topicId,
        partitions: partitions.map(({ number, offset }) => ({
          partition: number, fetchOffset: BigInt(offset), partitionMaxBytes: 1 << 20,
          currentLeaderEpoch: -1, lastFetchedEpoch: -1
        }))
      }]
    }).then(
      response => ({ leader, response }),
      error => ({ leader, error, response: error.response })
    )
  }

  /** Waits after a failure that passes, and throws any other. */
  async #recover(error: Error): Promise<void> {
    const lost = findErrorBy(error, 'code', UserError.code) // a partition has no leader now
    if (!lost && findErrorBy(error, 'canRetry', false)) throw error
    await setTimeout(RETRIED_AFTER_MS)
    const id = await this.#findLeaders().catch(failure =>
      findErrorBy(failure, 'apiId', 'UNKNOWN_TOPIC_OR_PARTITION') ? 'none' : this.#topicId)
    if (id !== this.#topicId) throw this.#partitions[0]!.broken('the topic was deleted')
  }

  /** Learns who leads the partitions; returns the topic's id. */
  async #findLeaders(): Promise<string> {
    const metadata = await this.consumer.metadata({ topics: [this.#topic], forceUpdate: true })
    const topic = metadata.topics.get(this.#topic)!
    this.#leaders = topic.partitions.map(({ leader }) => leader)
    return topic.id
  }

  async #listOffsets(timestamp: bigint): Promise<bigint[]> {
    return (await this.consumer.listOffsets({ topics: [this.#topic], timestamp })).get(this.#topic)!
  }
}
