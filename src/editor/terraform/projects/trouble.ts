/** What keeps Terraform from being run, told apart by what a person can do about it. */
export type TroubleKind = 'not-trusted' | 'program-missing' | 'program-too-old' | 'not-connected' | 'no-secret' | 'certificate';

/** Terraform cannot be run in a folder; the message says why and what to do. */
export class TerraformTrouble extends Error {
  readonly kind: TroubleKind;
  /** The id of the connection, or the folder, that has to be seen to. */
  readonly about: string | undefined;

  constructor(kind: TroubleKind, message: string, about?: string) {
    super(message);
    this.kind = kind;
    this.about = about;
  }
}
