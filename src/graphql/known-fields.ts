import {
  type ASTNode,
  type ASTVisitor,
  type FieldNode,
  FieldsOnCorrectTypeRule,
  GraphQLError,
  Kind,
  specifiedRules,
  type ValidationContext,
} from 'graphql'

/** The rules of GraphQL, of which the one that clients read has GitHub's words. */
export const rules = specifiedRules.map((rule) =>
  rule === FieldsOnCorrectTypeRule ? knownFields : rule,
)

function knownFields(context: ValidationContext): ASTVisitor {
  return {
    Field(...[node, , , , ancestors]) {
      const type = context.getParentType()
      if (!type || context.getFieldDef()) return
      context.reportError(unknownField(node, type.name, ancestors.flatMap(nameOf)))
    },
  }
}

function unknownField(node: FieldNode, typeName: string, path: readonly string[]) {
  const fieldName = node.name.value
  return new GraphQLError(`Field '${fieldName}' doesn't exist on type '${typeName}'`, {
    nodes: node,
    path: [...path, node.alias?.value ?? fieldName],
    extensions: { code: 'undefinedField', typeName, fieldName },
  })
}

/** A step of the path to a field, as GitHub names it: `query Q`, `... on User`. */
function nameOf(ancestor: ASTNode | readonly ASTNode[]): string[] {
  if (!('kind' in ancestor)) return []
  switch (ancestor.kind) {
    case Kind.OPERATION_DEFINITION:
      return [`${ancestor.operation} ${ancestor.name?.value ?? ''}`.trim()]
    case Kind.FRAGMENT_DEFINITION:
      return [`fragment ${ancestor.name.value}`]
    case Kind.INLINE_FRAGMENT:
      return [`... on ${ancestor.typeCondition?.name.value ?? ''}`]
    case Kind.FIELD:
      return [ancestor.alias?.value ?? ancestor.name.value]
    default:
      return []
  }
}
