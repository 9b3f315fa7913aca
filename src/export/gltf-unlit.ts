import { type Document, Extension, ExtensionProperty, type Material, PropertyType } from '@gltf-transform/core';

const extensionName = 'KHR_materials_unlit';

/** Shows a material in its own colours, without light: photographs are lit already (glTF's KHR_materials_unlit). */
export function makeUnlit(document: Document, material: Material): Material {
  document.createExtension(UnlitExtension);
  return material.setExtension(extensionName, new Unlit(document.getGraph()));
}

class Unlit extends ExtensionProperty {
  static override EXTENSION_NAME = extensionName;
  declare extensionName: string;
  declare propertyType: string;
  declare parentTypes: string[];

  /** Called by the base class before fields would be set. */
  protected override init(): void {
    this.extensionName = extensionName;
    this.propertyType = 'Unlit';
    this.parentTypes = [PropertyType.MATERIAL];
  }
}

/** To be registered with what writes the file. */
export class UnlitExtension extends Extension {
  static override EXTENSION_NAME = extensionName;
  override readonly extensionName = extensionName;

  override read(): this {
    throw new Error(`${extensionName}: is only written here`);
  }

  override write(context: Parameters<Extension['write']>[0]): this {
    for (const material of this.document.getRoot().listMaterials()) {
      if (!material.getExtension(extensionName)) continue;
      const written = context.jsonDoc.json.materials?.[context.materialIndexMap.get(material) ?? -1];
      if (written) written.extensions = { ...written.extensions, [extensionName]: {} };
    }
    return this;
  }
}
