/** Another identity server, as it is asked. */
export interface Peer {
  /** The domain whose DNS record leads there, or the base URL that the operator wrote. */
  readonly name: string
  /** Base URLs without trailing slash, in order of preference; never empty. All of them serve the same people. */
  readonly urls: readonly [string, ...string[]]
  /** Who chose the URLs: DNS (the address guard decides), or the operator. */
  readonly trust: 'stranger' | 'operator'
}

/** What was found about one address. */
export interface PeerAnswer {
  readonly mxid: string
  /** Milliseconds since the epoch after which the peer itself does not stand by it; null when it says nothing. */
  readonly until: number | null
}

/** Answers by `mappingKey`; addresses nobody knows are absent. */
export type PeerAnswers = ReadonlyMap<string, PeerAnswer>
