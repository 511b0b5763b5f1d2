// Setting a pair up: the list of drafts, and the wizard with a step at a time, live probes beside the fields, the diff of
// every change before it is made, and the verification report.
export { DraftList } from './draft-list.tsx';
export { WizardPage } from './wizard-page.tsx';
