// Generated from src/terraform/protocol/plugin.proto by `npm run generate`. Do not edit.
export const pluginProtocol: object = {
  "nested": {
    "plugin": {
      "nested": {
        "GRPCController": {
          "methods": {
            "Shutdown": {
              "requestType": "Empty",
              "responseType": "Empty"
            }
          }
        },
        "Empty": {
          "fields": {}
        }
      }
    }
  }
};

// Generated from src/terraform/protocol/provider.proto by `npm run generate`. Do not edit.
export const providerProtocol: object = {
  "nested": {
    "tfplugin6": {
      "nested": {
        "Provider": {
          "methods": {
            "GetMetadata": {
              "requestType": "Empty",
              "responseType": "GetMetadataResponse"
            },
            "GetProviderSchema": {
              "requestType": "Empty",
              "responseType": "GetProviderSchemaResponse"
            },
            "ValidateProviderConfig": {
              "requestType": "ConfigRequest",
              "responseType": "ValidateProviderConfigResponse"
            },
            "ConfigureProvider": {
              "requestType": "ConfigureProviderRequest",
              "responseType": "DiagnosticsResponse"
            },
            "ValidateResourceConfig": {
              "requestType": "TypedConfigRequest",
              "responseType": "DiagnosticsResponse"
            },
            "ValidateDataResourceConfig": {
              "requestType": "TypedConfigRequest",
              "responseType": "DiagnosticsResponse"
            },
            "UpgradeResourceState": {
              "requestType": "UpgradeResourceStateRequest",
              "responseType": "UpgradeResourceStateResponse"
            },
            "GetResourceIdentitySchemas": {
              "requestType": "Empty",
              "responseType": "GetResourceIdentitySchemasResponse"
            },
            "UpgradeResourceIdentity": {
              "requestType": "UpgradeResourceIdentityRequest",
              "responseType": "UpgradeResourceIdentityResponse"
            },
            "ReadResource": {
              "requestType": "ReadResourceRequest",
              "responseType": "ReadResourceResponse"
            },
            "PlanResourceChange": {
              "requestType": "PlanResourceChangeRequest",
              "responseType": "PlanResourceChangeResponse"
            },
            "ApplyResourceChange": {
              "requestType": "ApplyResourceChangeRequest",
              "responseType": "ApplyResourceChangeResponse"
            },
            "ImportResourceState": {
              "requestType": "ImportResourceStateRequest",
              "responseType": "ImportResourceStateResponse"
            },
            "ReadDataSource": {
              "requestType": "TypedConfigRequest",
              "responseType": "ReadDataSourceResponse"
            },
            "ValidateEphemeralResourceConfig": {
              "requestType": "TypedConfigRequest",
              "responseType": "DiagnosticsResponse"
            },
            "OpenEphemeralResource": {
              "requestType": "TypedConfigRequest",
              "responseType": "OpenEphemeralResourceResponse"
            },
            "RenewEphemeralResource": {
              "requestType": "EphemeralRequest",
              "responseType": "RenewEphemeralResourceResponse"
            },
            "CloseEphemeralResource": {
              "requestType": "EphemeralRequest",
              "responseType": "DiagnosticsResponse"
            },
            "GetFunctions": {
              "requestType": "Empty",
              "responseType": "GetFunctionsResponse"
            },
            "CallFunction": {
              "requestType": "CallFunctionRequest",
              "responseType": "CallFunctionResponse"
            },
            "StopProvider": {
              "requestType": "Empty",
              "responseType": "StopProviderResponse"
            }
          }
        },
        "Empty": {
          "fields": {}
        },
        "DynamicValue": {
          "fields": {
            "msgpack": {
              "type": "bytes",
              "id": 1
            },
            "json": {
              "type": "bytes",
              "id": 2
            }
          }
        },
        "Diagnostic": {
          "fields": {
            "severity": {
              "type": "Severity",
              "id": 1
            },
            "summary": {
              "type": "string",
              "id": 2
            },
            "detail": {
              "type": "string",
              "id": 3
            },
            "attribute": {
              "type": "AttributePath",
              "id": 4
            }
          },
          "nested": {
            "Severity": {
              "values": {
                "INVALID": 0,
                "ERROR": 1,
                "WARNING": 2
              }
            }
          }
        },
        "AttributePath": {
          "fields": {
            "steps": {
              "rule": "repeated",
              "type": "AttributeStep",
              "id": 1
            }
          }
        },
        "AttributeStep": {
          "oneofs": {
            "selector": {
              "oneof": [
                "attributeName",
                "elementKeyString",
                "elementKeyInt"
              ]
            }
          },
          "fields": {
            "attributeName": {
              "type": "string",
              "id": 1
            },
            "elementKeyString": {
              "type": "string",
              "id": 2
            },
            "elementKeyInt": {
              "type": "int64",
              "id": 3
            }
          }
        },
        "Schema": {
          "fields": {
            "version": {
              "type": "int64",
              "id": 1
            },
            "block": {
              "type": "Block",
              "id": 2
            }
          }
        },
        "Block": {
          "fields": {
            "version": {
              "type": "int64",
              "id": 1
            },
            "attributes": {
              "rule": "repeated",
              "type": "Attribute",
              "id": 2
            },
            "description": {
              "type": "string",
              "id": 4
            },
            "descriptionKind": {
              "type": "TextKind",
              "id": 5
            }
          }
        },
        "Attribute": {
          "fields": {
            "name": {
              "type": "string",
              "id": 1
            },
            "type": {
              "type": "bytes",
              "id": 2
            },
            "description": {
              "type": "string",
              "id": 3
            },
            "required": {
              "type": "bool",
              "id": 4
            },
            "optional": {
              "type": "bool",
              "id": 5
            },
            "computed": {
              "type": "bool",
              "id": 6
            },
            "sensitive": {
              "type": "bool",
              "id": 7
            },
            "descriptionKind": {
              "type": "TextKind",
              "id": 8
            },
            "nestedType": {
              "type": "NestedObject",
              "id": 10
            },
            "writeOnly": {
              "type": "bool",
              "id": 11
            }
          }
        },
        "NestedObject": {
          "fields": {
            "attributes": {
              "rule": "repeated",
              "type": "Attribute",
              "id": 1
            },
            "nesting": {
              "type": "Nesting",
              "id": 3
            }
          },
          "nested": {
            "Nesting": {
              "values": {
                "INVALID": 0,
                "SINGLE": 1,
                "LIST": 2
              }
            }
          }
        },
        "TextKind": {
          "values": {
            "PLAIN": 0,
            "MARKDOWN": 1
          }
        },
        "Capabilities": {
          "fields": {
            "planDestroy": {
              "type": "bool",
              "id": 1
            },
            "getProviderSchemaOptional": {
              "type": "bool",
              "id": 2
            }
          }
        },
        "TypeName": {
          "fields": {
            "name": {
              "type": "string",
              "id": 1
            }
          }
        },
        "GetMetadataResponse": {
          "fields": {
            "serverCapabilities": {
              "type": "Capabilities",
              "id": 1
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 2
            },
            "dataSources": {
              "rule": "repeated",
              "type": "TypeName",
              "id": 3
            },
            "resources": {
              "rule": "repeated",
              "type": "TypeName",
              "id": 4
            },
            "functions": {
              "rule": "repeated",
              "type": "TypeName",
              "id": 5
            },
            "ephemeralResources": {
              "rule": "repeated",
              "type": "TypeName",
              "id": 6
            }
          }
        },
        "GetProviderSchemaResponse": {
          "fields": {
            "provider": {
              "type": "Schema",
              "id": 1
            },
            "resourceSchemas": {
              "keyType": "string",
              "type": "Schema",
              "id": 2
            },
            "dataSourceSchemas": {
              "keyType": "string",
              "type": "Schema",
              "id": 3
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 4
            },
            "serverCapabilities": {
              "type": "Capabilities",
              "id": 6
            },
            "functions": {
              "keyType": "string",
              "type": "Function",
              "id": 7
            },
            "ephemeralResourceSchemas": {
              "keyType": "string",
              "type": "Schema",
              "id": 8
            }
          }
        },
        "Function": {
          "fields": {
            "parameters": {
              "rule": "repeated",
              "type": "Parameter",
              "id": 1
            },
            "return": {
              "type": "ReturnValue",
              "id": 3
            },
            "summary": {
              "type": "string",
              "id": 4
            },
            "description": {
              "type": "string",
              "id": 5
            },
            "descriptionKind": {
              "type": "TextKind",
              "id": 6
            }
          }
        },
        "Parameter": {
          "fields": {
            "name": {
              "type": "string",
              "id": 1
            },
            "type": {
              "type": "bytes",
              "id": 2
            },
            "allowNullValue": {
              "type": "bool",
              "id": 3
            },
            "allowUnknownValues": {
              "type": "bool",
              "id": 4
            },
            "description": {
              "type": "string",
              "id": 5
            },
            "descriptionKind": {
              "type": "TextKind",
              "id": 6
            }
          }
        },
        "ReturnValue": {
          "fields": {
            "type": {
              "type": "bytes",
              "id": 1
            }
          }
        },
        "ConfigRequest": {
          "fields": {
            "config": {
              "type": "DynamicValue",
              "id": 1
            }
          }
        },
        "TypedConfigRequest": {
          "fields": {
            "typeName": {
              "type": "string",
              "id": 1
            },
            "config": {
              "type": "DynamicValue",
              "id": 2
            }
          }
        },
        "ConfigureProviderRequest": {
          "fields": {
            "terraformVersion": {
              "type": "string",
              "id": 1
            },
            "config": {
              "type": "DynamicValue",
              "id": 2
            }
          }
        },
        "DiagnosticsResponse": {
          "fields": {
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 1
            }
          }
        },
        "ValidateProviderConfigResponse": {
          "fields": {
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 2
            }
          }
        },
        "RawState": {
          "fields": {
            "json": {
              "type": "bytes",
              "id": 1
            }
          }
        },
        "UpgradeResourceStateRequest": {
          "fields": {
            "typeName": {
              "type": "string",
              "id": 1
            },
            "version": {
              "type": "int64",
              "id": 2
            },
            "rawState": {
              "type": "RawState",
              "id": 3
            }
          }
        },
        "UpgradeResourceStateResponse": {
          "fields": {
            "upgradedState": {
              "type": "DynamicValue",
              "id": 1
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 2
            }
          }
        },
        "ResourceIdentitySchema": {
          "fields": {
            "version": {
              "type": "int64",
              "id": 1
            },
            "identityAttributes": {
              "rule": "repeated",
              "type": "IdentityAttribute",
              "id": 2
            }
          }
        },
        "IdentityAttribute": {
          "fields": {
            "name": {
              "type": "string",
              "id": 1
            },
            "type": {
              "type": "bytes",
              "id": 2
            },
            "requiredForImport": {
              "type": "bool",
              "id": 3
            },
            "optionalForImport": {
              "type": "bool",
              "id": 4
            },
            "description": {
              "type": "string",
              "id": 5
            }
          }
        },
        "ResourceIdentity": {
          "fields": {
            "identityData": {
              "type": "DynamicValue",
              "id": 1
            }
          }
        },
        "GetResourceIdentitySchemasResponse": {
          "fields": {
            "identitySchemas": {
              "keyType": "string",
              "type": "ResourceIdentitySchema",
              "id": 1
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 2
            }
          }
        },
        "UpgradeResourceIdentityRequest": {
          "fields": {
            "typeName": {
              "type": "string",
              "id": 1
            },
            "version": {
              "type": "int64",
              "id": 2
            },
            "rawIdentity": {
              "type": "RawState",
              "id": 3
            }
          }
        },
        "UpgradeResourceIdentityResponse": {
          "fields": {
            "upgradedIdentity": {
              "type": "ResourceIdentity",
              "id": 1
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 2
            }
          }
        },
        "ReadResourceRequest": {
          "fields": {
            "typeName": {
              "type": "string",
              "id": 1
            },
            "currentState": {
              "type": "DynamicValue",
              "id": 2
            },
            "private": {
              "type": "bytes",
              "id": 3
            },
            "currentIdentity": {
              "type": "ResourceIdentity",
              "id": 6
            }
          }
        },
        "ReadResourceResponse": {
          "fields": {
            "newState": {
              "type": "DynamicValue",
              "id": 1
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 2
            },
            "private": {
              "type": "bytes",
              "id": 3
            },
            "newIdentity": {
              "type": "ResourceIdentity",
              "id": 5
            }
          }
        },
        "PlanResourceChangeRequest": {
          "fields": {
            "typeName": {
              "type": "string",
              "id": 1
            },
            "priorState": {
              "type": "DynamicValue",
              "id": 2
            },
            "proposedNewState": {
              "type": "DynamicValue",
              "id": 3
            },
            "config": {
              "type": "DynamicValue",
              "id": 4
            },
            "priorPrivate": {
              "type": "bytes",
              "id": 5
            },
            "priorIdentity": {
              "type": "ResourceIdentity",
              "id": 8
            }
          }
        },
        "PlanResourceChangeResponse": {
          "fields": {
            "plannedState": {
              "type": "DynamicValue",
              "id": 1
            },
            "requiresReplace": {
              "rule": "repeated",
              "type": "AttributePath",
              "id": 2
            },
            "plannedPrivate": {
              "type": "bytes",
              "id": 3
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 4
            },
            "plannedIdentity": {
              "type": "ResourceIdentity",
              "id": 7
            }
          }
        },
        "ApplyResourceChangeRequest": {
          "fields": {
            "typeName": {
              "type": "string",
              "id": 1
            },
            "priorState": {
              "type": "DynamicValue",
              "id": 2
            },
            "plannedState": {
              "type": "DynamicValue",
              "id": 3
            },
            "config": {
              "type": "DynamicValue",
              "id": 4
            },
            "plannedPrivate": {
              "type": "bytes",
              "id": 5
            },
            "plannedIdentity": {
              "type": "ResourceIdentity",
              "id": 7
            }
          }
        },
        "ApplyResourceChangeResponse": {
          "fields": {
            "newState": {
              "type": "DynamicValue",
              "id": 1
            },
            "private": {
              "type": "bytes",
              "id": 2
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 3
            },
            "newIdentity": {
              "type": "ResourceIdentity",
              "id": 5
            }
          }
        },
        "ImportResourceStateRequest": {
          "fields": {
            "typeName": {
              "type": "string",
              "id": 1
            },
            "id": {
              "type": "string",
              "id": 2
            },
            "identity": {
              "type": "ResourceIdentity",
              "id": 4
            }
          }
        },
        "ImportedResource": {
          "fields": {
            "typeName": {
              "type": "string",
              "id": 1
            },
            "state": {
              "type": "DynamicValue",
              "id": 2
            },
            "private": {
              "type": "bytes",
              "id": 3
            },
            "identity": {
              "type": "ResourceIdentity",
              "id": 4
            }
          }
        },
        "ImportResourceStateResponse": {
          "fields": {
            "importedResources": {
              "rule": "repeated",
              "type": "ImportedResource",
              "id": 1
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 2
            }
          }
        },
        "ReadDataSourceResponse": {
          "fields": {
            "state": {
              "type": "DynamicValue",
              "id": 1
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 2
            }
          }
        },
        "Timestamp": {
          "fields": {
            "seconds": {
              "type": "int64",
              "id": 1
            },
            "nanos": {
              "type": "int32",
              "id": 2
            }
          }
        },
        "OpenEphemeralResourceResponse": {
          "fields": {
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 1
            },
            "renewAt": {
              "type": "Timestamp",
              "id": 2
            },
            "result": {
              "type": "DynamicValue",
              "id": 3
            },
            "private": {
              "type": "bytes",
              "id": 4
            }
          }
        },
        "EphemeralRequest": {
          "fields": {
            "typeName": {
              "type": "string",
              "id": 1
            },
            "private": {
              "type": "bytes",
              "id": 2
            }
          }
        },
        "RenewEphemeralResourceResponse": {
          "fields": {
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 1
            },
            "renewAt": {
              "type": "Timestamp",
              "id": 2
            },
            "private": {
              "type": "bytes",
              "id": 3
            }
          }
        },
        "GetFunctionsResponse": {
          "fields": {
            "functions": {
              "keyType": "string",
              "type": "Function",
              "id": 1
            },
            "diagnostics": {
              "rule": "repeated",
              "type": "Diagnostic",
              "id": 2
            }
          }
        },
        "CallFunctionRequest": {
          "fields": {
            "name": {
              "type": "string",
              "id": 1
            },
            "arguments": {
              "rule": "repeated",
              "type": "DynamicValue",
              "id": 2
            }
          }
        },
        "CallFunctionResponse": {
          "fields": {
            "result": {
              "type": "DynamicValue",
              "id": 1
            },
            "error": {
              "type": "FunctionError",
              "id": 2
            }
          }
        },
        "FunctionError": {
          "oneofs": {
            "_functionArgument": {
              "oneof": [
                "functionArgument"
              ]
            }
          },
          "fields": {
            "text": {
              "type": "string",
              "id": 1
            },
            "functionArgument": {
              "type": "int64",
              "id": 2,
              "options": {
                "proto3_optional": true
              }
            }
          }
        },
        "StopProviderResponse": {
          "fields": {
            "Error": {
              "type": "string",
              "id": 1
            }
          }
        }
      }
    }
  }
};
