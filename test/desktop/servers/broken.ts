/* A server that ends at once. */
console.error('something is broken')
process.exitCode = 3
