import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultEnvironment } from './environment.ts';

/** What we learn about the GPU from Dawn, the WebGPU of the npm package `webgpu`. */
export interface GpuAdapter {
  readonly description: string;
  /** Rendered by the CPU: right, but slower than wasm. */
  readonly isSoftware: boolean;
}

/** Where Linux distributions list Vulkan's drivers. */
const VULKAN_DRIVERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];

/** Browsers bring SwiftShader along, which is Vulkan on the CPU. */
const BROWSERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome', '/opt/chromium.org/chromium'];

/** RTLD_NODELETE of dlopen(3), which node:os does not name. */
const NEVER_UNLOAD = 0x1000;

/**
 * Puts `navigator.gpu` in place and registers tfjs's WebGPU engine on it.
 * @param software whether a GPU that the CPU emulates will do
 * @throws Error that says what is missing
 */
export async function registerWebGpu(software: boolean): Promise<GpuAdapter> {
  if (!hasVulkanDriver() || !loadVulkan('libvulkan.so.1')) {
    if (!software) throw new Error('no Vulkan driver with its loader (libvulkan.so.1) is installed');
    useBrowsersVulkan();
  }
  const gpu = provideGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('Dawn finds no adapter; install a Vulkan driver, or Debian’s chromium for SwiftShader');
  const { description, device, isFallbackAdapter } = adapter.info;
  if (isFallbackAdapter && !software) throw new Error(`${description || device} is no GPU but the CPU`);
  await import('@tensorflow/tfjs-backend-webgpu');
  return { description: description || device, isSoftware: isFallbackAdapter };
}

/** Other systems bring their own: Metal, Direct3D. */
function hasVulkanDriver(): boolean {
  if (process.platform !== 'linux') return true;
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES } = process.env;
  if (VK_ICD_FILENAMES || VK_DRIVER_FILES) return true;
  return VULKAN_DRIVERS.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

function useBrowsersVulkan(): void {
  const browser = BROWSERS.find((folder) => existsSync(join(folder, 'vk_swiftshader_icd.json')));
  if (!browser) throw new Error('no Vulkan driver is installed; one way to get one is `apt-get install chromium`');
  defaultEnvironment('VK_ICD_FILENAMES', join(browser, 'vk_swiftshader_icd.json'));
  // Dawn opens libvulkan.so.1 by name and then gets this one, since a library that is loaded is not looked for again.
  loadVulkan(join(browser, 'libvulkan.so.1'));
}

/** Loads Vulkan's loader on Linux, without which Dawn complains on stderr; true where it is there or not needed. */
function loadVulkan(library: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_NOW | NEVER_UNLOAD);
  } catch (error) {
    // Node expects an add-on and so always throws; a library that could be opened stays loaded.
    return !(error as Error).message.includes('cannot open shared object file');
  }
  return true;
}

/** navigator.gpu, made once; tfjs looks for it there when its engine is imported, and it must outlive the engine. */
function provideGpu(): GPU {
  if (!globalThis.navigator) {
    const navigator = { userAgent: `Node.js/${process.versions.node.split('.')[0]}` };
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  }
  const navigator = globalThis.navigator as { gpu?: GPU };
  if (!navigator.gpu) {
    const { create, globals } = loadDawn();
    Object.assign(globalThis, globals);
    Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true });
  }
  return navigator.gpu as GPU;
}

/** The add-on inside `webgpu`, by its path: the package's own module is ESM, which jest's CommonJS cannot take. */
function loadDawn(): { create(options: string[]): GPU; globals: object } {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('webgpu/package.json')), 'dist');
  const arch = process.platform === 'darwin' ? 'universal' : process.arch;
  return require(join(folder, `${process.platform}-${arch}`, 'dawn.node'));
}
