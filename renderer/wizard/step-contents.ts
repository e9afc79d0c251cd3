import type { ComponentType } from 'react'
import { BackendsStep } from './backends/backends-step.tsx'
import { DomainStep } from './domain/domain-step.tsx'
import { FederationStep } from './federation/federation-step.tsx'
import { FinishStep } from './finish/finish-step.tsx'
import { HomeserverStep } from './homeserver/homeserver-step.tsx'
import { IntegrationsStep } from './integrations/integrations-step.tsx'
import { MailStep } from './mail/mail-step.tsx'
import { PoliciesStep } from './policies/policies-step.tsx'
import { StartStep } from './start/start-step.tsx'
import type { StepId } from './steps.ts'
import { TlsStep } from './tls/tls-step.tsx'

export const stepContents: Readonly<Record<StepId, ComponentType>> = {
  start: StartStep,
  domain: DomainStep,
  tls: TlsStep,
  backends: BackendsStep,
  mail: MailStep,
  federation: FederationStep,
  policies: PoliciesStep,
  integrations: IntegrationsStep,
  homeserver: HomeserverStep,
  finish: FinishStep,
}
