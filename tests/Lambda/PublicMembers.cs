using System.Reflection;

namespace PhotoLambda.Tests;

/// <summary>What a type offers to others, one line for each member: names and types, without namespaces.</summary>
internal static class PublicMembers
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Type type) => type.IsSubclassOf(typeof(Delegate))
        ? [Signature(type, "", type.GetMethod("Invoke")!)]
        : type.GetMembers(Own).Select(member => member switch
        {
            PropertyInfo property => $"{Name(type)}.{property.Name}: {Name(property.PropertyType)}",
            FieldInfo { IsLiteral: true } value => $"{Name(type)}.{value.Name}",
            MethodInfo { IsSpecialName: false } method => Signature(type, "." + method.Name, method),
            ConstructorInfo constructor => $"{Name(type)}({Parameters(constructor)})",
            _ => null,
        }).OfType<string>();

    public static string Name(Type type)
    {
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        var name = type.Name.Split('`')[0];
        if (type.IsConstructedGenericType)
        {
            name += $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        }

        return type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{name}" : name;
    }

    private static string Signature(Type type, string name, MethodInfo method) =>
        $"{Name(type)}{name}({Parameters(method)}): {Name(method.ReturnType)}";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)));
}
