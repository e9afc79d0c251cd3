/* A server that is up, answers nothing, and does not end when it is asked to. */
process.on('SIGTERM', () => {})
process.on('message', () => {})
console.log('deaf and proud of it')
const nobody = 'http://127.0.0.1:1'
process.send?.({ type: 'ready', publicAddress: nobody, adminAddress: nobody, consoleAddress: nobody })
setInterval(() => {}, 1_000)
