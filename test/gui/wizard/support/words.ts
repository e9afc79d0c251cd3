import { texts as enConnect } from '../../../../renderer/texts/en/wizard-connect.ts'
import { texts as enFinish } from '../../../../renderer/texts/en/wizard-finish.ts'
import { texts as enIntegrations } from '../../../../renderer/texts/en/integrations.ts'
import { texts as enPeople } from '../../../../renderer/texts/en/wizard-people.ts'
import { texts as enServices } from '../../../../renderer/texts/en/wizard-services.ts'
import { texts as enWizard } from '../../../../renderer/texts/en/wizard.ts'
import { texts as deConnect } from '../../../../renderer/texts/de/wizard-connect.ts'
import { texts as deFinish } from '../../../../renderer/texts/de/wizard-finish.ts'
import { texts as deIntegrations } from '../../../../renderer/texts/de/integrations.ts'
import { texts as dePeople } from '../../../../renderer/texts/de/wizard-people.ts'
import { texts as deServices } from '../../../../renderer/texts/de/wizard-services.ts'
import { texts as deWizard } from '../../../../renderer/texts/de/wizard.ts'

/** What a person reads, by language: the tables of the console themselves. */
export const words = {
  en: {
    wizard: enWizard,
    connect: enConnect,
    people: enPeople,
    services: enServices,
    finish: enFinish,
    integrations: enIntegrations,
  },
  de: {
    wizard: deWizard,
    connect: deConnect,
    people: dePeople,
    services: deServices,
    finish: deFinish,
    integrations: deIntegrations,
  },
} as const

export type Language = keyof typeof words

/** A sentence with its values. */
export const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
