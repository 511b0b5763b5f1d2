/** One part of the catalogues, in both languages: every key must be in both (a test holds that). */
export interface CatalogueSection {
  'zh-CN': Record<string, string>;
  en: Record<string, string>;
}
