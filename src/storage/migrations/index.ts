import { initial } from './0001-initial.ts'
import { mirrors } from './0002-mirrors.ts'
import { invitationLife } from './0003-invitation-life.ts'
import { administrators } from './0004-administrators.ts'
import { carriedKeys } from './0005-carried-keys.ts'
import { activity } from './0006-activity.ts'
import { searchWords } from './0007-search-words.ts'
import { inviteLists } from './0008-invite-lists.ts'
import { appservice } from './0009-appservice.ts'
import { oidc } from './0010-oidc.ts'
import { searchOrder } from './0011-search-order.ts'
import type { Migration } from './migration.ts'

/** Every migration, by number. */
export const allMigrations: readonly Migration[] = [
  initial,
  mirrors,
  invitationLife,
  administrators,
  carriedKeys,
  activity,
  searchWords,
  inviteLists,
  appservice,
  oidc,
  searchOrder,
]
