import { decodeHash, hashBytes, hashWords } from './hash-text.ts'

/**
 * An open-addressing hash table from a 32-byte lookup hash to a Matrix ID, laid out in two flat buffers so that a worker
 * can build it and hand it over without copying, and so that a million mappings are two large allocations instead of a
 * million small objects.
 *
 * - `entries`: eight 32-bit words per slot, half a cache line, so that looking at a slot is one memory access. Seven are
 *   the hash without its last word: 224 bits are as far beyond any collision as 256. The eighth says what the slot
 *   holds: 0 (never used), 1 (deleted) or the arena offset of the Matrix ID plus 2.
 * - `arena`: Matrix IDs as JSON string literals (quotes and escapes included), each behind a two-byte length, so that
 *   an answer is put together without encoding anything again.
 *
 * SHA-256 output is uniform, so its first word is the slot; linear probing keeps a miss within a cache line or two.
 */
export interface HashTableParts {
  readonly entries: ArrayBuffer
  readonly arena: ArrayBuffer
  readonly arenaUsed: number
  readonly count: number
}

/** The word of a slot that says what it holds. */
const STATE = hashWords - 1
const EMPTY = 0
const DELETED = 1
const FIRST_OFFSET = 2

/** Above this share of used slots the table grows; probes stay short (about 2.5 steps for a hit at 0.7). */
const MAX_LOAD = 0.7
const GROWTH = 1.6
const MIN_CAPACITY = 1024

export class HashTable {
  #entries: Int32Array
  #capacity: number
  #arena: Buffer
  #arenaUsed: number
  #count: number
  /** Slots that are not EMPTY: live and deleted ones. */
  #occupied: number
  /** Written so that the compiler cannot drop the loop of `#warm`, whose result nobody needs. */
  #touched = 0

  constructor(expected = 0, parts?: HashTableParts) {
    if (parts !== undefined) {
      this.#entries = new Int32Array(parts.entries)
      this.#capacity = this.#entries.length / hashWords
      this.#arena = Buffer.from(parts.arena)
      this.#arenaUsed = parts.arenaUsed
      this.#count = parts.count
      this.#occupied = parts.count
      return
    }
    this.#capacity = capacityFor(expected)
    this.#entries = new Int32Array(this.#capacity * hashWords)
    this.#arena = Buffer.from(new ArrayBuffer(Math.max(4096, expected * 32)))
    this.#arenaUsed = 0
    this.#count = 0
    this.#occupied = 0
  }

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#entries.byteLength + this.#arena.byteLength
  }

  /**
   * Looks hashes up as clients send them (unpadded URL-safe base64, 43 characters). Per text the slot for `literal`,
   * or -1 for a hash that is not there or is not a hash at all.
   */
  slotsOf(texts: readonly string[]): Int32Array {
    const bytes = new Uint8Array(texts.length * hashBytes)
    const wanted = new Int32Array(bytes.buffer)
    const slots = new Int32Array(texts.length)
    for (let i = 0; i < texts.length; i++)
      slots[i] = decodeHash(texts[i] ?? '', bytes, i * hashBytes) ? 0 : -1
    this.#warm(wanted)
    for (let i = 0; i < texts.length; i++) if (slots[i] === 0) slots[i] = this.#find(wanted, i * hashWords)
    this.#warmLiterals(slots)
    return slots
  }

  /** The Matrix ID in a slot that `slotsOf` found, as a JSON string literal. */
  literal(slot: number): string {
    const offset = this.#stateOf(slot) - FIRST_OFFSET
    const length = this.#arena.readUInt16LE(offset)
    return this.#arena.toString('utf8', offset + 2, offset + 2 + length)
  }

  /** Looks up the eight words of a raw hash. The Matrix ID as a JSON string literal, or null. */
  find(words: Int32Array): string | null {
    const slot = this.#find(words)
    return slot < 0 ? null : this.literal(slot)
  }

  /** Adds or replaces a mapping. With `keepFirst`, an existing mapping stays: earlier sources win. */
  set(words: Int32Array, mxid: string, keepFirst = false): void {
    const found = this.#find(words)
    if (found >= 0) {
      if (!keepFirst && this.literal(found) !== JSON.stringify(mxid))
        this.#entries[found * hashWords + STATE] = this.#store(mxid)
      return
    }
    if (this.#occupied + 1 > this.#capacity * MAX_LOAD) this.#rehash()
    const slot = this.#freeSlot(startSlot(words, this.#capacity, 0))
    if (this.#stateOf(slot) === EMPTY) this.#occupied++
    this.#entries.set(words, slot * hashWords)
    this.#entries[slot * hashWords + STATE] = this.#store(mxid)
    this.#count++
  }

  delete(words: Int32Array): boolean {
    const slot = this.#find(words)
    if (slot < 0) return false
    this.#entries[slot * hashWords + STATE] = DELETED
    this.#count--
    return true
  }

  /** The buffers, to be transferred to another thread; the table must not be used afterwards. */
  takeParts(): HashTableParts {
    const arena = this.#arena.buffer as ArrayBuffer
    return {
      entries: this.#entries.buffer as ArrayBuffer,
      arena,
      arenaUsed: this.#arenaUsed,
      count: this.#count,
    }
  }

  /**
   * Touches the slot where each search begins. In a large table nearly every one is a cache miss; in this loop none
   * waits for another, so the processor fetches many at a time.
   */
  #warm(wanted: Int32Array): void {
    let touched = 0
    for (let at = 0; at < wanted.length; at += hashWords) {
      touched ^= this.#stateOf(startSlot(wanted, this.#capacity, at))
    }
    this.#keep(touched)
  }

  /** The same for the Matrix IDs of what was found. */
  #warmLiterals(slots: Int32Array): void {
    let touched = 0
    for (const slot of slots) if (slot >= 0) touched ^= this.#arena[this.#stateOf(slot)] ?? 0
    this.#keep(touched)
  }

  #keep(touched: number): void {
    this.#touched = touched
    void this.#touched
  }

  #stateOf(slot: number): number {
    return (this.#entries[slot * hashWords + STATE] ?? EMPTY) >>> 0
  }

  #find(words: Int32Array, at = 0): number {
    let slot = startSlot(words, this.#capacity, at)
    for (;;) {
      const state = this.#stateOf(slot)
      if (state === EMPTY) return -1
      if (state !== DELETED && this.#matches(slot * hashWords, words, at)) return slot
      slot = slot + 1 === this.#capacity ? 0 : slot + 1
    }
  }

  #matches(base: number, words: Int32Array, at: number): boolean {
    for (let i = 0; i < STATE; i++) if (this.#entries[base + i] !== words[at + i]) return false
    return true
  }

  /** The first free slot from `start` on. */
  #freeSlot(start: number): number {
    let slot = start
    while (this.#stateOf(slot) >= FIRST_OFFSET) slot = slot + 1 === this.#capacity ? 0 : slot + 1
    return slot
  }

  #store(mxid: string): number {
    const literal = JSON.stringify(mxid)
    const needed = this.#arenaUsed + 2 + Buffer.byteLength(literal)
    if (needed > this.#arena.length) {
      const larger = Buffer.from(new ArrayBuffer(Math.ceil(needed * GROWTH)))
      this.#arena.copy(larger, 0, 0, this.#arenaUsed)
      this.#arena = larger
    }
    const offset = this.#arenaUsed
    const written = this.#arena.write(literal, offset + 2)
    this.#arena.writeUInt16LE(written, offset)
    this.#arenaUsed = offset + 2 + written
    return offset + FIRST_OFFSET
  }

  #rehash(): void {
    const old = this.#entries
    this.#capacity = Math.max(capacityFor(this.#count), Math.ceil((this.#count * GROWTH) / MAX_LOAD))
    this.#entries = new Int32Array(this.#capacity * hashWords)
    this.#occupied = this.#count
    for (let at = 0; at < old.length; at += hashWords) {
      if ((old[at + STATE] ?? EMPTY) >>> 0 < FIRST_OFFSET) continue
      const target = this.#freeSlot(startSlot(old, this.#capacity, at))
      this.#entries.set(old.subarray(at, at + hashWords), target * hashWords)
    }
  }
}

function capacityFor(expected: number): number {
  return Math.max(MIN_CAPACITY, Math.ceil((expected + 1) / MAX_LOAD))
}

/** Maps a uniform 32-bit word onto `0 .. capacity-1` by multiplication, so that capacity need not be a power of two. */
function startSlot(words: Int32Array, capacity: number, at: number): number {
  return Math.floor((((words[at] ?? 0) >>> 0) / 0x1_0000_0000) * capacity)
}
