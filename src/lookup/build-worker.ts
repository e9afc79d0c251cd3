import { parentPort, workerData } from 'node:worker_threads'
import { fillTable, type BuildOrder } from './fill-table.ts'

// The body of the build thread: the finished buffers are transferred, not copied.
if (parentPort !== null) {
  const { table, seq } = await fillTable(workerData as BuildOrder)
  const parts = table.takeParts()
  parentPort.postMessage({ parts, seq }, [parts.entries, parts.arena])
}
