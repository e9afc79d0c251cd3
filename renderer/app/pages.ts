import {
  IconActivity,
  IconAddressBook,
  IconArchive,
  IconBell,
  IconChartLine,
  IconGavel,
  IconHistory,
  IconHome,
  IconKey,
  IconLock,
  IconMail,
  IconMap2,
  IconPuzzle,
  IconServer2,
  IconSettings,
  IconStethoscope,
  IconWorld,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Area } from '../texts/areas.ts'
import type { PlainKey } from '../texts/use-text.tsx'

type Icon = typeof IconMap2

export interface PageEntry {
  readonly path: `/${string}`
  /** In the navigation and in the title of the window. */
  readonly label: PlainKey<'shell'>
  /** Its texts, loaded together with its code. */
  readonly area: Area
  readonly icon: Icon
  /** It has pages of its own below its path. */
  readonly hasParts?: true
  readonly load: () => Promise<{ readonly Page: ComponentType }>
}

export interface Section {
  readonly label: PlainKey<'shell'>
  readonly pages: readonly PageEntry[]
}

/** Every page of the console, in the order of the navigation. */
export const sections: readonly Section[] = [
  {
    label: 'sectionOverview',
    pages: [
      {
        path: '/',
        label: 'pageMap',
        area: 'map',
        icon: IconMap2,
        load: () => import('../pages/map/page.tsx'),
      },
      {
        path: '/activity',
        label: 'pageActivity',
        area: 'activity',
        icon: IconActivity,
        hasParts: true,
        load: () => import('../pages/activity/page.tsx'),
      },
      {
        path: '/charts',
        label: 'pageCharts',
        area: 'charts',
        icon: IconChartLine,
        load: () => import('../pages/charts/page.tsx'),
      },
    ],
  },
  {
    label: 'sectionPeople',
    pages: [
      {
        path: '/invitations',
        label: 'pageInvitations',
        area: 'invitations',
        icon: IconMail,
        hasParts: true,
        load: () => import('../pages/invitations/page.tsx'),
      },
      {
        path: '/associations',
        label: 'pageAssociations',
        area: 'associations',
        icon: IconAddressBook,
        load: () => import('../pages/associations/page.tsx'),
      },
    ],
  },
  {
    label: 'sectionDirectory',
    pages: [
      {
        path: '/backends',
        label: 'pageBackends',
        area: 'backends',
        icon: IconServer2,
        hasParts: true,
        load: () => import('../pages/backends/page.tsx'),
      },
    ],
  },
  {
    label: 'sectionConnections',
    pages: [
      {
        path: '/homeserver',
        label: 'pageHomeserver',
        area: 'homeserver',
        icon: IconHome,
        load: () => import('../pages/homeserver/page.tsx'),
      },
      {
        path: '/integrations',
        label: 'pageIntegrations',
        area: 'integrations',
        icon: IconPuzzle,
        hasParts: true,
        load: () => import('../pages/integrations/page.tsx'),
      },
      {
        path: '/federation',
        label: 'pageFederation',
        area: 'federation',
        icon: IconWorld,
        load: () => import('../pages/federation/page.tsx'),
      },
      {
        path: '/notifications',
        label: 'pageNotifications',
        area: 'notifications',
        icon: IconBell,
        load: () => import('../pages/notifications/page.tsx'),
      },
      {
        path: '/tls',
        label: 'pageTls',
        area: 'tls',
        icon: IconLock,
        load: () => import('../pages/tls/page.tsx'),
      },
    ],
  },
  {
    label: 'sectionSafety',
    pages: [
      {
        path: '/policies',
        label: 'pagePolicies',
        area: 'policies',
        icon: IconGavel,
        load: () => import('../pages/policies/page.tsx'),
      },
      {
        path: '/security',
        label: 'pageSecurity',
        area: 'security',
        icon: IconKey,
        load: () => import('../pages/security/page.tsx'),
      },
      {
        path: '/backups',
        label: 'pageBackups',
        area: 'backups',
        icon: IconArchive,
        load: () => import('../pages/backups/page.tsx'),
      },
    ],
  },
  {
    label: 'sectionSystem',
    pages: [
      {
        path: '/doctor',
        label: 'pageDoctor',
        area: 'doctor',
        icon: IconStethoscope,
        load: () => import('../pages/doctor/page.tsx'),
      },
      {
        path: '/settings',
        label: 'pageSettings',
        area: 'settings',
        icon: IconSettings,
        load: () => import('../pages/settings/page.tsx'),
      },
      {
        path: '/changes',
        label: 'pageChanges',
        area: 'changes',
        icon: IconHistory,
        load: () => import('../pages/changes/page.tsx'),
      },
    ],
  },
]
