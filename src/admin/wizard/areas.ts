/** What can be looked at: the areas of the doctor, in its order (`doctor/check.ts`; a test holds both together). */
export const areas = [
  'configuration',
  'storage',
  'keys',
  'clock',
  'server',
  'public-url',
  'homeserver',
  'backends',
  'notifications',
  'federation',
  'deliveries',
  'updates',
] as const
