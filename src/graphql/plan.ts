import {
  type Document,
  DocumentFault,
  type Field,
  type Operation,
  type Selection,
} from './model.ts'
import { findField, findType, type TypeName } from './schema.ts'

/** Also of what fragments bring, each time they are used: they may use each other. */
const selectionsMax = 500
const depthMax = 20

/** A field to be answered, with all that is asked of it. */
export type Step = {
  readonly field: Field
  /** Absent for a plain value. */
  readonly plan?: Plan
  /** Answered only for what is of this type. */
  readonly on: TypeName
}

export type Plan = { readonly type: TypeName; readonly steps: readonly Step[] }

/** What is to be answered, once all of it is known to be in the schema. Throws DocumentFault. */
export function planOf(document: Document, operation: Operation): Plan {
  let selected = 0

  function planFor(
    type: TypeName,
    selections: readonly Selection[],
    path: readonly string[],
  ): Plan {
    return { type, steps: selections.flatMap((one) => stepsOf(type, one, path)) }
  }

  function stepsOf(type: TypeName, selection: Selection, path: readonly string[]): Step[] {
    selected++
    if (selected > selectionsMax || path.length > depthMax) {
      throw new DocumentFault({ message: 'The query asks for too much at once.' })
    }
    if (selection.kind === 'field') return [stepOf(type, selection, [...path, selection.key])]
    const part = selection.kind === 'inline' ? selection : document.fragments.get(selection.name)
    const on = part && findType(part.on || type)
    if (!on) throw fault('undefinedFragment', `${nameOf(selection)} is not there`, selection, path)
    const inside = [...path, nameOf(selection)]
    return [...planFor(on, part.selections, inside).steps]
  }

  function stepOf(type: TypeName, field: Field, path: readonly string[]): Step {
    const returned = checkField(type, field, path)
    if (!returned) return { field, on: type }
    return { field, on: type, plan: planFor(returned, field.selections, path) }
  }

  return planFor('Query', operation.selections, [`${operation.kind} ${operation.name}`.trim()])
}

/** The type of what the field returns; undefined for a plain value. */
function checkField(type: TypeName, field: Field, path: readonly string[]): TypeName | undefined {
  const known = findField(type, field.name)
  if (!known) throw undefinedField(type, field, path)
  const missing = (known.args ?? []).filter((name) => !field.args.has(name))
  if (missing.length > 0) {
    const message = `Field '${field.name}' is missing required arguments: ${missing.join(', ')}`
    throw fault('missingRequiredArguments', message, field, path)
  }
  const [unknown] = [...field.args.keys()].filter((name) => !known.args?.includes(name))
  if (unknown !== undefined) {
    const message = `Field '${field.name}' doesn't accept argument '${unknown}'`
    throw fault('argumentNotAccepted', message, field, path)
  }
  const returned = known.type && findType(known.type)
  if (!returned && field.selections.length === 0) return undefined
  if (returned && field.selections.length > 0) return returned
  const message = returned
    ? `Field must have selections (field '${field.name}' returns ${returned} but has no selections. Did you mean '${field.name} { ... }'?)`
    : `Selections can't be made on scalars (field '${field.name}' has selections)`
  throw fault('selectionMismatch', message, field, path)
}

const nameOf = (selection: Exclude<Selection, Field>) =>
  selection.kind === 'spread' ? `fragment ${selection.name}` : `... on ${selection.on}`

function undefinedField(typeName: TypeName, field: Field, path: readonly string[]) {
  const message = `Field '${field.name}' doesn't exist on type '${typeName}'`
  const { fault: shown } = fault('undefinedField', message, field, path)
  const extensions = { code: 'undefinedField', typeName, fieldName: field.name }
  return new DocumentFault({ ...shown, extensions })
}

function fault(code: string, message: string, { at }: Selection, path: readonly string[]) {
  return new DocumentFault({ path, extensions: { code }, locations: [at], message })
}
