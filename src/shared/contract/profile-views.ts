import type { Message } from '#shared/domain';

/** A profile: where our fields stand in a site's configuration files. */
export interface ProfileView {
  name: string;
  /** False: it is shipped. */
  own: boolean;
  /** Nobody has checked it against a real file. */
  assumption: boolean;
  description: { 'zh-CN': string; en: string };
  /** The kinds of files that it maps. */
  files: string[];
}

/** A field that can be pointed at; what it is in words is in the catalogue, as `configField.` and the name. */
export interface PickableField {
  name: string;
  file: string;
  /** What the file may write otherwise: durations have a unit, choices have words. */
  kind: 'duration' | 'choice' | 'other';
  /** Of choices: our values. */
  values: string[];
}

export interface ProfileList {
  /** The site's own first. */
  profiles: ProfileView[];
  /** Files among the site's own that are none. */
  broken: Message[];
  fields: PickableField[];
}

/** A value of a sample file, with the selector that finds it and no other. `value` null: a secret. */
export interface SampleValue {
  selector: string;
  value: string | null;
  line: number;
}

export type SampleView =
  | { ok: true; root: string; encoding: string; values: SampleValue[]; isCut: boolean }
  | { ok: false; problem: Message };

/** `warnings`: values of the sample that are none of the field's. */
export type ProfileSaved = { ok: true; warnings: Message[] } | { ok: false; problems: Message[] };
