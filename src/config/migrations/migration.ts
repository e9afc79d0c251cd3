/**
 * One change of the form of `signpost.yaml`: a key that was renamed or moved, a value that is written differently. A
 * released one never changes. Each is a file of its own, `NNNN-name.ts`, with the samples `NNNN-name.before.yaml` and
 * `NNNN-name.after.yaml` in `test/config/migrations/samples/`.
 */
export interface ConfigMigration {
  readonly name: string
  /**
   * The text in its new form, with its comments; the same text where there is nothing to change, also when it is applied
   * a second time. Where old and new stand side by side it leaves both: the check of the file says so.
   */
  apply(text: string): string
}
