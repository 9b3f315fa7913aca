/**
 * JSON as Python writes it: NaN and the infinities, which JSON has not, are read as null.
 * @throws Error, one line that begins with the name
 */
export function parsePythonJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, '$1null'));
  } catch (error) {
    throw new Error(`${name}: no valid JSON (${(error as Error).message})`, { cause: error });
  }
}
