//! The intrinsic functions of arrays.

use serde_json::Value;

/// The longest array that `States.ArrayRange` creates. Source: developer guide, "Intrinsic
/// functions".
const MAX_RANGE: usize = 1_000;

/// Splits an array into chunks.
pub(super) fn partition(items: &[Value], size: i64) -> Result<Value, String> {
    let size = usize::try_from(size).ok().filter(|&size| size > 0);
    let size = size.ok_or("Invalid arguments: the chunk size must be greater than zero")?;
    Ok(items.chunks(size).map(|piece| Value::from(piece.to_vec())).collect())
}

/// The numbers from `first` to `last`, both included.
pub(super) fn range(first: i64, last: i64, step: i64) -> Result<Value, String> {
    if step == 0 {
        return Err("Invalid arguments: the step must not be zero".to_owned());
    }
    let mut numbers = Vec::new();
    let mut next = Some(first);
    while let Some(number) = next.filter(|&n| if step > 0 { n <= last } else { n >= last }) {
        if numbers.len() >= MAX_RANGE {
            return Err(format!("Invalid arguments: the range has more than {MAX_RANGE} items"));
        }
        numbers.push(Value::from(number));
        next = number.checked_add(step);
    }
    Ok(Value::Array(numbers))
}

/// The item at an index.
pub(super) fn item(items: &[Value], index: i64) -> Result<Value, String> {
    let item = usize::try_from(index).ok().and_then(|index| items.get(index));
    item.cloned().ok_or_else(|| "Invalid arguments: the index is out of bounds".to_owned())
}

/// The array without duplicates.
pub(super) fn unique(items: &[Value]) -> Value {
    let mut seen = std::collections::HashSet::new();
    items.iter().filter(|item| seen.insert(item.to_string())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arrays_are_split_and_created() {
        let items = [json!(1), json!(2), json!(3)];
        assert_eq!(partition(&items, 2), Ok(json!([[1, 2], [3]])));
        assert_eq!(partition(&[], 2), Ok(json!([])));
        assert!(partition(&items, 0).is_err());
        assert_eq!(range(1, 9, 4), Ok(json!([1, 5, 9])));
        assert_eq!(range(3, 1, -1), Ok(json!([3, 2, 1])));
        assert_eq!(range(i64::MAX, i64::MAX, 1), Ok(json!([i64::MAX])));
        assert!(range(0, 5000, 1).is_err() && range(0, 1, 0).is_err());
        assert_eq!(item(&items, 2), Ok(json!(3)));
        assert!(item(&items, 3).is_err() && item(&items, -1).is_err());
        assert_eq!(unique(&[json!(1), json!(1), json!({"a": 1})]), json!([1, {"a": 1}]));
    }
}
