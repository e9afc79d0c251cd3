import { fastify } from 'fastify'

const app = fastify()
app.get('/', async () => ({}))
app.post('/bare', async () => ({ mappings: {} }))
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) })
