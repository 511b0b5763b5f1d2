import type { Place } from '../errors.ts';
import type { FieldName } from './fields.ts';
import type { ProfileField } from './profile.ts';
import type { Spot } from './select.ts';

/** A field that a file has. */
export interface ReadField {
  name: FieldName;
  /** In our units and words; null where the file's text is none of them. */
  value: string | null;
  /** As the file has it. */
  text: string;
  place: Place;
  spot: Spot;
  profileField: ProfileField;
}
