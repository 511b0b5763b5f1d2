import type { CatalogueSection } from './catalogue.ts';

export const shell: CatalogueSection = {
  'zh-CN': {},
  en: {},
};
