import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import type { EventData, EventType } from '../../src/admin/events/catalogue.ts'
import type { Connection, EventStream } from './events.ts'

export const EventsContext = createContext<EventStream | null>(null)

export function useEventStream(): EventStream {
  const stream = use(EventsContext)
  if (stream === null) throw new Error('there is no event stream around this')
  return stream
}

/** Calls back with every event of a type while the component is shown. */
export function useEvent<T extends EventType>(type: T, listener: (data: EventData<T>) => void): void {
  const stream = useEventStream()
  const latest = useEffectEvent(listener)
  useEffect(() => stream.on(type, (data) => latest(data as EventData<T>)), [stream, type])
}

export function useConnection(): Connection {
  const stream = useEventStream()
  return useSyncExternalStore(stream.subscribe, stream.connection)
}
