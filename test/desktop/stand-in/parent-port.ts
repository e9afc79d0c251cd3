import { EventEmitter } from 'node:events'

/*
 * Loaded before the server's script in a process of `utility-process.ts`: gives it Electron's `process.parentPort` over
 * Node's channel, and takes `process.send` away, which a utility process does not have.
 */
const send = process.send?.bind(process)
const port = Object.assign(new EventEmitter(), {
  postMessage: (message: object) => void send?.(message, undefined, undefined, () => {}),
})
process.on('message', (data) => port.emit('message', { data }))
// A utility process ends together with its parent.
process.on('disconnect', () => process.exit(0))
Object.defineProperty(process, 'send', { value: undefined })
Object.assign(process, { parentPort: port })
