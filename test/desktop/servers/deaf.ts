/* A server that is up, answers nothing, and does not end when it is asked to. */
process.on('SIGTERM', () => {})
process.on('message', () => {})
console.log('deaf and proud of it')
process.send?.({ type: 'ready', publicAddress: 'http://127.0.0.1:1', adminAddress: 'http://127.0.0.1:1' })
setInterval(() => {}, 1_000)
