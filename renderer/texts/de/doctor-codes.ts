import type { Texts } from '../format-text.ts'
import { appservice } from './doctor-codes/appservice.ts'
import { installation } from './doctor-codes/installation.ts'
import { publicUrl } from './doctor-codes/public-url.ts'
import { surroundings } from './doctor-codes/surroundings.ts'
import { titles } from './doctor-codes/titles.ts'

/** What the doctor says, by the codes of checks (`title.`) and faults (`cause.`, `fix.`); the English is the server's. */
export const texts: Texts = { ...titles, ...appservice, ...installation, ...publicUrl, ...surroundings }
