using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace StreamingLambda.PublicApi.Tests;

/// <summary>Writes a library's public API as text: a line per type, and under it one per member, as C# declares them.</summary>
internal static class ApiList
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(IEnumerable<Type> types)
    {
        var list = new StringBuilder();
        foreach (Type type in types)
        {
            list.Append(list.Length > 0 ? "\n" : "").Append(Declaration(type)).Append('\n');
            foreach (string member in MembersOf(type))
                list.Append("    ").Append(member).Append('\n');
        }
        return list.ToString();
    }

    private static string Declaration(Type type)
    {
        string kind = typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : IsRecord(type) ? "record"
            : "class";
        string modifier = kind is not ("class" or "record") ? ""
            : type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsAbstract ? "abstract "
            : type.IsSealed ? "sealed "
            : "";
        IEnumerable<string> bases = type.IsEnum || type.IsValueType || type.BaseType is null || type.BaseType == typeof(object)
            ? []
            : [TypeSyntax.Of(type.BaseType)];
        // Without those of the base class, internal ones, and IEquatable, which the compiler adds to records.
        IEnumerable<string> interfaces = type.IsEnum ? [] : type.GetInterfaces()
            .Except(type.BaseType?.GetInterfaces() ?? [])
            .Where(one => one.IsVisible && one != typeof(IEquatable<>).MakeGenericType(type))
            .Select(TypeSyntax.Of)
            .Order(StringComparer.Ordinal);
        string inherited = string.Join(", ", [.. bases, .. interfaces]);
        return $"{modifier}{kind} {type.Namespace}.{TypeSyntax.Of(type)}{(inherited.Length > 0 ? " : " : "")}{inherited}";
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        if (type.IsEnum)
            return type.GetEnumNames().Select(name =>
                $"{name} = {Convert.ToInt64(Enum.Parse(type, name), System.Globalization.CultureInfo.InvariantCulture)}");
        return
        [
            .. type.GetConstructors(Declared)
                .Where(IsPublic)
                .Select(constructor => $"{TypeSyntax.Of(type)}({Parameters(constructor)})")
                .Order(StringComparer.Ordinal),
            .. Named(type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily), Field),
            .. Named(type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsPublic)), Property),
            .. Named(type.GetEvents(Declared).Where(one => IsPublic(one.AddMethod!)), one => $"event {TypeSyntax.Of(one)} {one.Name}"),
            .. Named(type.GetMethods(Declared).Where(method => IsPublic(method) && !IsGenerated(method)), Method),
        ];
    }

    private static IEnumerable<string> Named<T>(IEnumerable<T> members, Func<T, string> declaration)
        where T : MemberInfo =>
        members.Select(member => (member.Name, Text: declaration(member)))
            .OrderBy(one => one.Name, StringComparer.Ordinal)
            .ThenBy(one => one.Text, StringComparer.Ordinal)
            .Select(one => one.Text);

    private static string Field(FieldInfo field) => field.IsLiteral
        ? $"const {TypeSyntax.Of(field)} {field.Name} = {TypeSyntax.Literal(field.GetRawConstantValue(), field.FieldType)}"
        : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeSyntax.Of(field)} {field.Name}";

    private static string Property(PropertyInfo property)
    {
        MethodInfo accessor = property.GetAccessors(nonPublic: true).First(IsPublic);
        string set = property.SetMethod is not { } setter || !IsPublic(setter) ? ""
            : setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";
        string index = string.Join(", ", property.GetIndexParameters().Select(Parameter));
        NullabilityInfo nullability = new NullabilityInfoContext().Create(property);
        string allowNull = nullability is { ReadState: NullabilityState.NotNull, WriteState: NullabilityState.Nullable } ? "[AllowNull] " : "";
        return allowNull + Modifiers(accessor) + Has<RequiredMemberAttribute>(property, "required ")
            + $"{TypeSyntax.Of(property)} {(index.Length > 0 ? $"this[{index}]" : property.Name)} {{ get;{set} }}";
    }

    private static string Method(MethodInfo method)
    {
        string generic = !method.IsGenericMethod ? "" : $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>";
        return $"{Modifiers(method)}{TypeSyntax.Of(method.ReturnParameter)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) =>
        Has<ExtensionAttribute>(method, "this ") + string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string passing = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref " : "";
        string when = parameter.GetCustomAttribute<NotNullWhenAttribute>() is { } notNull
            ? $"[NotNullWhen({TypeSyntax.Literal(notNull.ReturnValue, typeof(bool))})] "
            : "";
        string array = Has<ParamArrayAttribute>(parameter, "params ") + Has<ParamCollectionAttribute>(parameter, "params ");
        string initial = parameter.HasDefaultValue ? $" = {TypeSyntax.Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{when}{array}{passing}{TypeSyntax.Of(parameter)} {parameter.Name}{initial}";
    }

    private static string Modifiers(MethodInfo method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
        + (method.IsStatic ? "static "
            : method.DeclaringType!.IsInterface ? ""
            : method.GetBaseDefinition() != method ? "override "
            : method.IsAbstract ? "abstract "
            : method is { IsVirtual: true, IsFinal: false } ? "virtual "
            : "");

    private static string Has<T>(ICustomAttributeProvider declaration, string text) => declaration.IsDefined(typeof(T), inherit: false) ? text : "";

    private static bool IsPublic(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>Accessors, which stand with their property, and what a record has from the compiler.</summary>
    private static bool IsGenerated(MethodInfo method) =>
        (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) || method.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;
}
