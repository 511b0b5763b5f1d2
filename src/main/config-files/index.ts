// Configuration files of a pair's servers, alg_tran_mp.xml and Todb_*.xml: read, checked and changed without touching a
// byte outside the changed values. Where our fields stand in them is a profile's to say, which is configuration itself.
export { editDiff } from './change/diff.ts';
export { type EditPlan, type FieldChange, planEdit } from './change/edit.ts';
export { shownLines } from './change/shown.ts';
export { type ThreeWayHunk, threeWayLines, threeWayText } from './change/three-way.ts';
export { type ConfigDocument, digestOf, parseDocument } from './document.ts';
export { ConfigFileError, type ConfigFileProblem, type Place } from './errors.ts';
export type { FieldSetting } from './mapping/field-setting.ts';
export {
  type ConfigFileKind,
  FIELD_NAMES,
  type FieldDefinition,
  type FieldName,
  type FieldType,
  fieldDefinition,
  isFieldName,
} from './mapping/fields.ts';
export type { ConfigFinding } from './mapping/findings.ts';
export { pairSettings, settableOf } from './mapping/pair-settings.ts';
export { type PickedProfile, pickedProfile } from './mapping/picked.ts';
export { type Pick, type PickableValue, type PickOptions, pickableValues, profileOfPicks } from './mapping/picks.ts';
export { type Profile, type ProfileField, profileFields, profileKinds, profileRoot } from './mapping/profile.ts';
export { checkProfile, parseProfile, SHIPPED_PROFILES, shippedProfile } from './mapping/profiles.ts';
export type { ReadField } from './mapping/read-field.ts';
export { type FieldReading, readFields } from './mapping/read-fields.ts';
export {
  type ApplyDeps,
  type ApplyOutcome,
  applyEdit,
  type Backup,
  type ChangedMeanwhile,
  changedMeanwhile,
  listBackups,
  rollBack,
} from './store/apply.ts';
export { type HostFilesOptions, hostConfigFiles } from './store/host-files.ts';
export { localConfigFiles } from './store/local-files.ts';
export type { ConfigFiles, ReplaceRequest, StoredFile } from './store/port.ts';
export { type ListedProfile, openProfiles, type Profiles, profileDirectory } from './store/profiles.ts';
