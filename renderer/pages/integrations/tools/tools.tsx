import { ViewAsCard } from '../../../components/view-as-card.tsx'
import type { FeatureId } from '../../../components/integration-features.ts'
import { BotCard } from './bot-card.tsx'
import { InviterTrial } from './inviter-trial.tsx'
import { ModuleCard } from './module-card.tsx'
import { ClientsCard } from './oidc/clients-card.tsx'
import { KeysCard } from './oidc/keys-card.tsx'
import { MasCard } from './oidc/mas-card.tsx'
import { ProfileTrial } from './profile-trial.tsx'
import { RegistrationFileCard } from './registration-file-card.tsx'
import { RegistrationTrial } from './registration-trial.tsx'
import { SignUpCard } from './sign-up-card.tsx'
import { YamlCard } from './yaml-card.tsx'

/** What belongs to one feature alone: files for others, questions to its rules, what it has done. */
export function Tools({ id }: { readonly id: FeatureId }) {
  switch (id) {
    case 'search':
      return <ViewAsCard />
    case 'passwords':
      return (
        <>
          <ModuleCard />
          <YamlCard />
        </>
      )
    case 'sign-in':
      return null
    case 'oidc':
      return (
        <>
          <ClientsCard />
          <MasCard />
          <KeysCard />
        </>
      )
    case 'registration':
      return <RegistrationTrial />
    case 'sign-up':
      return (
        <>
          <SignUpCard />
          <YamlCard />
        </>
      )
    case 'profile':
      return <ProfileTrial />
    case 'room-invites':
      return <InviterTrial />
    case 'appservice':
      return (
        <>
          <RegistrationFileCard />
          <BotCard />
        </>
      )
  }
}
