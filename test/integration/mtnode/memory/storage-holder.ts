/** Takes an instance's storage, says whether it could, and holds it until it is ended. */
import { openFileStorage, StorageError } from '#mtnode/memory';

const [folder = '', instance = ''] = process.argv.slice(2);
try {
  await openFileStorage(folder, instance);
  process.stdout.write('have it\n');
  process.stdin.resume();
} catch (error) {
  process.stdout.write(`${error instanceof StorageError ? error.code : String(error)}\n`);
}
