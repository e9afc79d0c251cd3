import { restartContract } from './restart/contract.ts'
import { sessionContract } from './session/contract.ts'

/**
 * The admin API: the one description from which the routes, the client of the console, the reference and the tests are
 * made. Each part of the console has its own part here.
 */
export const contract = { ...sessionContract, ...restartContract }

export type AdminContract = typeof contract
