using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace StreamingLambda.PublicApi.Tests;

/// <summary>Writes a type as C# does: keywords, nullability, the names of tuple elements.</summary>
internal sealed class TypeSyntax(ICustomAttributeProvider declaration)
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    /// <summary>In the order in which the compiler wrote them: a tuple's own names, then those of tuples inside of it.</summary>
    private readonly Queue<string?> _tupleNames = new(
        declaration.GetCustomAttributes(typeof(TupleElementNamesAttribute), inherit: false)
            .Cast<TupleElementNamesAttribute>()
            .SingleOrDefault()?.TransformNames ?? []);

    public static string Of(ParameterInfo parameter) => new TypeSyntax(parameter).Write(new NullabilityInfoContext().Create(parameter));

    public static string Of(PropertyInfo property) => new TypeSyntax(property).Write(new NullabilityInfoContext().Create(property));

    public static string Of(FieldInfo field) => new TypeSyntax(field).Write(new NullabilityInfoContext().Create(field));

    public static string Of(EventInfo @event) => new TypeSyntax(@event).Write(new NullabilityInfoContext().Create(@event));

    /// <summary>A type where nothing says more than itself: a base class, an interface, a constraint.</summary>
    public static string Of(Type type) => !type.IsGenericType
        ? NameOf(type)
        : $"{NameOf(type)}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>";

    /// <summary>A default value or a constant.</summary>
    public static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType ? "default" : "null",
        string text => $"\"{text}\"",
        char character => $"'{character}'",
        bool flag => flag ? "true" : "false",
        _ when type.IsEnum => $"{type.Name}.{Enum.GetName(type, value)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private string Write(NullabilityInfo info)
    {
        Type type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        // A type parameter counts as nullable wherever its argument may be.
        string nullable = info.ReadState == NullabilityState.Nullable && !type.IsGenericParameter ? "?" : "";
        if (type.IsArray)
            return $"{Write(info.ElementType!)}[]{nullable}";
        // The type arguments below are those of the value inside a Nullable<T>.
        return Write(Nullable.GetUnderlyingType(type) ?? type, info.GenericTypeArguments) + nullable;
    }

    private string Write(Type type, NullabilityInfo[] arguments)
    {
        if (arguments.Length == 0)
            return NameOf(type);
        if (!type.IsAssignableTo(typeof(ITuple)) || !type.IsValueType)
            return $"{NameOf(type)}<{string.Join(", ", arguments.Select(Write))}>";
        string?[] names = [.. arguments.Select(_ => _tupleNames.TryDequeue(out string? name) ? name : null)];
        return $"({string.Join(", ", arguments.Zip(names, (argument, name) => name is null ? Write(argument) : $"{Write(argument)} {name}"))})";
    }

    private static string NameOf(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        int arity = type.Name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? type.Name : type.Name[..arity];
    }
}
