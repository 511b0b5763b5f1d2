/** A value that a change gives a field. */
export interface FieldSetting {
  field: string;
  /** In our units and words. */
  value: string;
}
