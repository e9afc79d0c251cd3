import { describeConfig } from '../../config/describe.ts'

const files =
  'signpost.yaml signpost.db signpost.db-wal signpost.db-shm signpost.lock signing-keys.json sealing.key homeserver.yaml network-change.json network-change.request.json recent.jsonl recent.1.jsonl node.js main.js'

/** Dotted words of our own, which no reader of a bundle takes for a host: keys of the configuration and file names. */
export function ownWords(): ReadonlySet<string> {
  const words = new Set(files.split(' '))
  for (const { path } of describeConfig()) {
    // `backends[].sync.every` is written `backends[2].sync.every` or `sync.every` in messages.
    for (const part of path.split(/\[\]\.?/)) {
      const keys = part.split('.')
      for (let from = 0; from < keys.length; from++) {
        for (let to = from + 2; to <= keys.length; to++) words.add(keys.slice(from, to).join('.'))
      }
    }
  }
  return words
}
