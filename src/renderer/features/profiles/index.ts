// Where fields stand in the servers' configuration files: the profiles there are, and a site's own, made by pointing at
// the values of a sample.
export { ProfilesDialog } from './profiles-dialog.tsx';
