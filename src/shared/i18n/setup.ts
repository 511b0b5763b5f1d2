import type { CatalogueSection } from './section.ts';
import { setupEn } from './setup-en.ts';
import { setupZh } from './setup-zh.ts';

/** What setting a pair up finds, does and reports. */
export const setup: CatalogueSection = { 'zh-CN': setupZh, en: setupEn };
