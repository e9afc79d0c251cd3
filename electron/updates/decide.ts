/** What a new version said when it looked at the data of this installation, before it was installed. */
export type SelfCheck =
  | { readonly outcome: 'fine' }
  /** It said no, and why. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** It said nothing that can be understood, or not in time. */
  | { readonly outcome: 'silent' }
  /** On this system a version can be asked only once it is installed. */
  | { readonly outcome: 'impossible' }

export type UpdateDecision =
  { readonly action: 'offer'; readonly text: string } | { readonly action: 'keep'; readonly text: string }

/** Whether a downloaded version may take the place of the one that serves. Nothing is installed without a person's word. */
export function decideUpdate(version: string, check: SelfCheck): UpdateDecision {
  switch (check.outcome) {
    case 'fine':
      return { action: 'offer', text: `Signpost ${version} is ready to be installed.` }
    case 'impossible':
      return {
        action: 'offer',
        text: `Signpost ${version} is ready to be installed. It checks your data at its first start.`,
      }
    case 'refused':
      return {
        action: 'keep',
        text: `Signpost ${version} cannot start on this installation, so the present version goes on: ${check.reason}`,
      }
    case 'silent':
      return {
        action: 'keep',
        text: `Signpost ${version} did not pass its own check, so the present version goes on.`,
      }
  }
}
